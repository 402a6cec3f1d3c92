"""Tracing a leak in the browser: what is pasted or uploaded, what is shown, what is recorded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.leaks.facts import facts_in
from audit.marks.copies import hide_copy, mark_copy
from audit.models import AuditEntry
from identity.numbers import read_citizen_number
from portal.desk.leak_directory import TRACES
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    make_number,
    make_organisation,
    make_person,
    make_posting,
    sign_in,
)
from tests.factories.leaks import (
    INQUIRY,
    LEAKS,
    ask,
    look,
    officers,
    page,
    screenshot,
    subjects_of,
    trace,
)

pytestmark = pytest.mark.django_db


def test_only_supervisors_trace(client):
    clerk = make_posting()

    with pytest.raises(Refused):
        trace(clerk, [uuid4()])
    sign_in(client, clerk.account)
    for address in (LEAKS, f"{LEAKS}officers/T1/?search=x"):
        assert client.get(address).status_code == 403


def test_a_pasted_text_leads_to_the_officers_and_the_search_is_recorded(client, supervisor):
    number = make_number()
    person = make_person(name="欧阳晓", number=number, phone="13800138000")
    case, clerk = make_in_hand()
    firm = make_organisation(credit_code="91511602MA68A10016")
    both, one = make_posting(), make_posting()
    look(both, person.pk, *case.subjects, firm.pk)
    look(one, person.pk)
    for _ in range(4):
        look(one, uuid4())

    response = ask(
        client,
        f"欧阳晓 {number} 13800138000\n{case.reference} 91511602MA68A10016 YB-2026-0000-0000",
    )

    shown = page(response)
    assert officers(response)[0] == both.officer_code
    assert set(officers(response)) == {both.officer_code, one.officer_code, clerk.officer_code}
    found = response.context["found"]
    assert (found["looked_up"], found["unknown"]) == (4, 0)
    assert [found[how] for how in ("by_value", "by_both", "by_name")] == [0, 0, 0]
    assert "YB-2026-0000-0000" in shown
    asked_about = {person.pk, firm.pk, *case.subjects}
    entry = AuditEntry.objects.get(verb="trail.leak_traced")
    assert (entry.purpose_kind, entry.purpose) == ("duty", f"inquiry:{INQUIRY}")
    assert subjects_of("trail.leak_traced") == asked_about
    assert subjects_of("trail.viewed") == asked_about
    assert AuditEntry.objects.get(verb="trail.viewed").purpose == f"inquiry:{INQUIRY}"
    for word in ("guilty", "suspect", "有罪", "嫌疑"):
        assert word not in shown


def test_nothing_that_leaked_is_kept_or_shown_again(client, supervisor):
    number = make_number()
    make_person(name="欧阳晓", number=number, phone="13800138000")

    shown = page(ask(client, f"欧阳晓 {number} 13800138000"))

    kept = str(dict(client.session.items()))
    for leaked in (number, "欧阳晓", "13800138000"):
        assert leaked not in shown
        assert leaked not in kept


def test_a_table_is_read_in_the_encodings_people_save_it_in(client, supervisor):
    number = make_number()
    person = make_person(name="欧阳晓", number=number)
    clerk = make_posting()
    look(clerk, person.pk)

    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        table = SimpleUploadedFile("a.csv", f"姓名,号码\n欧阳晓,{number}\n".encode(encoding))
        response = ask(client, file=table)
        assert officers(response) == [clerk.officer_code]
        assert response.context["found"]["people"] == [str(person.pk)]


def test_a_screenshot_leads_to_the_very_view_and_says_what_it_does_not_prove(client, supervisor):
    clerk, person = make_posting(), make_person(name="欧阳晓")
    view = look(clerk, person.pk)

    response = ask(client, file=screenshot(view))

    shown = page(response)
    assert response.context["marked"].number == view
    assert f"查看号 {view}" in shown
    assert "站在身后" in shown
    assert officers(response) == [clerk.officer_code]
    assert subjects_of("trail.leak_traced") == {person.pk}


def test_a_mark_of_no_officers_view_names_nobody(client, supervisor):
    own = look(None, uuid4(), actor=Actor.system("test"))

    for view in (own, own + 1_000_000):
        response = ask(client, file=screenshot(view))
        assert response.context["marked"] is None
        assert "读不出隐藏的水印" in page(response)


@pytest.mark.parametrize("mark", [mark_copy, hide_copy])
def test_a_copy_leads_to_the_entry_it_was_saved_by(client, supervisor, mark):
    clerk = make_posting()
    entry = look(clerk, verb="report.exported")

    response = ask(client, f"工号{mark(entry)},原因\n")

    assert response.context["marked"].number == entry
    assert "文中有这份副本的标记" in page(response)


def test_values_of_a_day_cannot_have_been_seen_before(client, supervisor):
    number = make_number()
    person, clerk = make_person(number=number), make_posting()
    look(clerk, person.pk)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)

    assert officers(ask(client, number, as_of=today)) == [clerk.officer_code]
    assert officers(ask(client, number, as_of=tomorrow, until=tomorrow)) == []


def test_the_looks_behind_an_officer_are_listed_and_recorded(client, supervisor):
    number = make_number()
    person, other, clerk = make_person(number=number), make_person(), make_posting()
    views = [look(clerk, person.pk), look(clerk, person.pk, verb="value.revealed")]
    look(clerk, other.pk)
    word = ask(client, number).context["word"]

    response = client.get(f"{LEAKS}officers/{clerk.officer_code}/?search={word}")

    page(response)
    assert [line.number for line in response.context["lines"]] == views[::-1]
    assert subjects_of("trail.viewed") == {person.pk}
    assert page(client.get(f"{LEAKS}officers/{clerk.officer_code}/?search=x"), 404)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"inquiry": ""}, "inquiry"),
        ({"inquiry": "a b"}, "inquiry"),
        ({"inquiry": "李晓!"}, "inquiry"),
        ({"since": ""}, "since"),
        ({"until": "yesterday"}, "until"),
        ({"since": "2026-11-22", "until": "2026-11-01"}, "until"),
        ({"as_of": "2099-01-01"}, "as_of"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 \x00\xff\xfe\x00")}, "file"),
        ({"file": SimpleUploadedFile("a.txt", b"a" * (1024 * 1024 + 1))}, "file"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "file"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_searched(
    client, supervisor, form, field
):
    shown = page(ask(client, "x", **form))

    assert f'href="#id_{field}"' in shown
    assert not AuditEntry.objects.filter(verb="trail.leak_traced").exists()


def test_a_search_for_nothing_asks_for_something(client, supervisor):
    assert 'role="alert"' in page(ask(client))


def test_a_picture_that_cannot_be_opened_is_refused(client, supervisor):
    broken = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 90)

    assert "打不开" in page(ask(client, file=broken), 400)


def test_a_text_with_nobody_in_it_is_a_search_too(client, supervisor):
    response = ask(client, f"{make_number()} and nobody else")

    assert officers(response) == []
    assert "不能说没有人看过" in page(response)
    assert response.context["found"]["unknown"] == 1
    assert read_citizen_number("x") is None
    assert subjects_of("trail.leak_traced") == set()


def test_traces_have_a_quota_whatever_the_inquiry_and_what_was_typed_stays(client, supervisor):
    number = make_number()
    for times in range(TRACES.a_day):
        assert page(ask(client, number, inquiry=f"JC-2026-{times:03d}"))

    answer = page(ask(client, number))

    assert "您追查的次数已经用完了。" in answer
    assert number in answer
    assert AuditEntry.objects.filter(verb="trail.leak_traced").count() == TRACES.a_day
    sign_in(client, make_posting(capacity="supervisor").account)
    assert "用完" not in page(ask(client, number))


def test_what_identifies_somebody_is_found_in_any_text():
    number = make_number()
    facts = facts_in(
        f"王芳，{number.lower()}；电话１３８００１３８０００,信用代码91511602MA68A10016。"
        f"yb 2026 0000 0000, YB-2026-7Q4K-2M9E, {number}, 0{number}"
    )

    assert facts.numbers == [number]
    assert facts.phones == ["13800138000"]
    assert facts.codes == ["91511602MA68A10016"]
    assert facts.references == ["YB-2026-0000-0000"]
    assert facts.has_covered


def test_eighteen_figures_before_a_check_sign_are_no_number():
    assert facts_in("0511602199005177257, 051160219900517725X").numbers == []
