"""Tracing a leak: officers by how well their looks fit, with what they see anyway, and recorded."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.leaks import habits as counting
from audit.leaks import looks as reading
from audit.leaks.facts import facts_in
from audit.leaks.fit import Fit, Habit, Verdict, fit_of
from audit.leaks.looks import LOOKS_A_PERSON, ROWS_A_PERSON, ROWS_IN_ALL
from audit.leaks.trace import Kind, trace_leak
from audit.marks.copies import hide_copy, mark_copy
from audit.marks.drawing import DEPTH
from audit.marks.pattern import CELL, lit_cells
from audit.marks.payload import bits_of
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from identity.numbers import read_citizen_number
from portal.desk.leak_directory import TRACES
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    make_number,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

LEAKS = "/admin/trail/leaks/"
INQUIRY = "JC-2026-017"


@pytest.fixture
def supervisor(client):
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def look(posting, *people: UUID, verb="application.viewed", outcome="done", actor=None) -> int:
    entry = record(
        actor=actor or officer_actor(posting),
        verb=verb,
        on=ObjectRef("applications.application", "x"),
        subjects=list(people),
        purpose=Purpose.case("YB-2026-AAAA-BBBB"),
        outcome=outcome,
    )
    close_gate()
    return entry


def ask(client, text="", **more):
    today = timezone.localdate()
    form = {"inquiry": INQUIRY, "text": text, "since": today, "until": today, **more}
    return client.post(LEAKS, form, follow=True)


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def officers(response) -> list[str]:
    return [one.officer for one, _department in response.context["candidates"]]


def trace(supervisor, people, **more):
    now = timezone.now()
    window = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    return trace_leak(officer_actor(supervisor), people, **window, **more)


def weighed(*, persons: int, is_more=False, **more) -> Fit:
    return fit_of(habit=Habit(persons=persons, is_more=is_more), known=1000, **more)


def subjects_of(verb: str) -> set[UUID]:
    entry = AuditEntry.objects.filter(verb=verb).latest("id")
    return set(AuditSubject.objects.filter(entry_id=entry.id).values_list("subject", flat=True))


def screenshot(view_id: int) -> SimpleUploadedFile:
    lit = np.kron(lit_cells(bits_of(view_id)), np.ones((CELL, CELL), bool))
    dots = np.full((600, 800, 3), 250)
    dots[..., 2] -= np.where(np.tile(lit, (2, 2))[:600, :800], DEPTH, 0)
    out = BytesIO()
    Image.fromarray(dots.astype(np.uint8)).save(out, "PNG")
    return SimpleUploadedFile("shot.png", out.getvalue(), "image/png")


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


def test_whoever_sees_everybody_is_not_before_whoever_saw_exactly_these(supervisor):
    busy, quiet = make_posting(), make_posting()
    leaked = [uuid4() for _ in range(5)]
    everybody = [uuid4() for _ in range(2995)] + leaked
    for begin in range(0, 3000, 50):
        look(busy, *everybody[begin : begin + 50])
    for person in [*leaked, uuid4()]:
        look(quiet, person)

    found = trace(supervisor, leaked)

    first, second = found.candidates
    assert (first.officer, first.seen, first.persons) == (quiet.officer_code, 5, 6)
    assert first.fit.verdict is Verdict.FITS
    assert (second.officer, second.seen, second.persons) == (busy.officer_code, 5, 3000)
    assert second.fit.verdict is Verdict.HARDLY
    assert round(second.fit.expected, 1) == 5.0
    assert found.known == 3001


def test_one_hit_of_an_officer_who_sees_many_hardly_tells_anything():
    assert weighed(seen=1, asked=5, persons=100).verdict is Verdict.HARDLY
    assert weighed(seen=4, asked=5, persons=500).verdict is Verdict.CHANCE
    assert weighed(seen=5, asked=5, persons=100).verdict is Verdict.FITS
    assert weighed(seen=5, asked=5, persons=1000).verdict is Verdict.HARDLY


def test_the_words_never_rise_where_the_weight_falls():
    fits = [weighed(seen=k, asked=5, persons=300) for k in range(6)]
    said = [one.verdict for one in sorted(fits, key=lambda one: -one.weight)]
    assert list(dict.fromkeys(said)) == list(Verdict)
    assert said == sorted(said, key=list(Verdict).index)


def test_more_of_them_seen_never_fits_worse():
    weights = [weighed(seen=k, asked=20, persons=50).weight for k in range(21)]

    assert weights == sorted(weights)


def test_who_looked_often_in_one_hour_is_counted_and_stands_before_who_saw_one(supervisor):
    leaker, other = make_posting(), make_posting()
    leaked = [uuid4() for _ in range(5)]
    for person in [*[uuid4() for _ in range(100)], *leaked]:
        look(leaker, person)
    for person in [*[uuid4() for _ in range(19)], leaked[0]]:
        look(other, person)

    found = trace(supervisor, leaked)

    first, second = found.candidates
    assert (first.officer, first.seen, first.persons) == (leaker.officer_code, 5, 105)
    assert (second.officer, second.seen, second.persons) == (other.officer_code, 1, 20)
    assert found.known == 124


def test_who_saw_more_than_is_counted_saw_at_least_so_many(client, supervisor, monkeypatch):
    monkeypatch.setattr(counting, "ROWS_AN_OFFICER", 3)
    number = make_number()
    busy, person = make_posting(), make_person(number=number)
    look(busy, person.pk)
    look(busy, uuid4(), verb="queue.listed")
    look(busy, uuid4())
    assert not trace(supervisor, [person.pk]).candidates[0].habit.is_more
    look(busy, uuid4())

    (one,) = trace(supervisor, [person.pk]).candidates

    assert (one.habit.is_more, one.persons) == (True, 3)
    assert "至少3人" in page(ask(client, number))


def test_who_saw_more_than_is_counted_is_not_weighed_as_if_that_were_all():
    assert weighed(seen=1, asked=1, persons=5, is_more=True).expected == 0.5
    assert weighed(seen=1, asked=1, persons=900, is_more=True).expected > 0.8


def test_the_only_one_who_saw_them_is_not_cleared_by_having_seen_many(client, supervisor):
    numbers = [make_number() for _ in range(8)]
    leaked = [make_person(number=number).pk for number in numbers]
    busy, other = make_posting(), make_posting()
    look(busy, *leaked, *[uuid4() for _ in range(1000)])

    (alone,) = trace(supervisor, leaked).candidates
    assert alone.fit.verdict is Verdict.FITS
    assert (
        trace(supervisor, [leaked[0], *[uuid4() for _ in range(7)]]).candidates[0].fit.verdict
        is Verdict.HARDLY
    )

    look(other, *leaked[:3])
    compared = {one.officer: one for one in trace(supervisor, leaked).candidates}
    assert compared[busy.officer_code].fit.verdict is Verdict.FITS
    assert "算作至多一半" in page(ask(client, "\n".join(numbers)))

    look(other, leaked[3])
    compared = {one.officer: one for one in trace(supervisor, leaked).candidates}
    assert compared[busy.officer_code].fit.verdict is Verdict.HARDLY
    assert "算作至多一半" not in page(ask(client, "\n".join(numbers)))


def test_who_asked_for_the_covered_value_stands_before_who_only_saw_the_case(supervisor):
    viewer, revealer = make_posting(), make_posting()
    people = [uuid4(), uuid4()]
    for posting in (viewer, revealer):
        for person in [*people, *[uuid4() for _ in range(10)]]:
            look(posting, person)
    for person in people:
        look(revealer, person, verb="value.revealed")

    plain = trace(supervisor, people)
    covered = trace(supervisor, people, kinds=[Kind.COVERED])

    first, second = plain.candidates
    assert sorted([first.in_full, second.in_full]) == [0, 2]
    assert first.fit == second.fit
    assert [(one.officer, one.in_full) for one in covered.candidates] == [
        (revealer.officer_code, 2),
        (viewer.officer_code, 0),
    ]


def test_documents_count_for_those_who_opened_them(supervisor):
    viewer, opener = make_posting(), make_posting()
    person = uuid4()
    look(viewer, person)
    look(opener, person, verb="attachment.viewed")

    found = trace(supervisor, [person], kinds=[Kind.DOCUMENT])

    assert [(one.officer, one.in_full) for one in found.candidates] == [
        (opener.officer_code, 1),
        (viewer.officer_code, 0),
    ]


def test_an_opened_document_is_counted_also_where_only_numbers_came_out(supervisor):
    viewer, opener = make_posting(), make_posting()
    person = uuid4()
    look(viewer, person)
    look(opener, person, verb="attachment.viewed")

    for kinds in ((), [Kind.COVERED]):
        found = {one.officer: one for one in trace(supervisor, [person], kinds=kinds).candidates}
        opened, viewed = found[opener.officer_code], found[viewer.officer_code]
        assert (opened.in_full, viewed.in_full) == (1, 0)
        assert opened.fit == viewed.fit


def test_only_officers_who_got_to_see_something_are_listed(supervisor):
    clerk = make_posting()
    person = uuid4()
    look(clerk, person)
    look(make_posting(), person, outcome="refused")
    look(make_posting(), person, verb="trail.viewed")
    look(make_posting(), person, verb="queue.listed")
    look(None, person, actor=Actor.system("backup"))

    found = trace(supervisor, [person])

    assert [one.officer for one in found.candidates] == [clerk.officer_code]


def test_looks_outside_the_days_asked_about_do_not_count(supervisor):
    clerk, person = make_posting(), uuid4()
    look(clerk, person)
    now = timezone.now()

    found = trace_leak(
        officer_actor(supervisor), [person], now - timedelta(days=9), now - timedelta(days=1)
    )

    assert found.candidates == []


def test_the_busiest_person_costs_no_more_than_a_bounded_number_of_entries(supervisor):
    person = uuid4()
    for _ in range(3):
        look(make_posting(), person)

    with CaptureQueriesContext(connection) as asked:
        trace(supervisor, [person])

    assert len(asked) == 2
    assert f"limit {LOOKS_A_PERSON} + 1" in asked[0]["sql"]
    assert f"limit {ROWS_A_PERSON} + 1" in asked[0]["sql"]


def test_many_persons_share_a_bounded_number_of_entries(supervisor):
    with CaptureQueriesContext(connection) as asked:
        trace(supervisor, [uuid4() for _ in range(40)])

    assert f"limit {ROWS_IN_ALL // 40} + 1" in asked[0]["sql"]


def test_lists_do_not_hide_whoever_looked_before_them(supervisor):
    clerk, desk, person = make_posting(), make_posting(), uuid4()
    look(clerk, person)
    for _ in range(LOOKS_A_PERSON):
        look(desk, person, verb="queue.listed")

    found = trace(supervisor, [person])

    assert [one.officer for one in found.candidates] == [clerk.officer_code]
    assert found.cut == 0


@pytest.mark.parametrize(
    ("bound", "most", "verb"), [("LOOKS", 2, "application.viewed"), ("ROWS", 3, "queue.listed")]
)
def test_where_only_the_newest_were_gone_through_that_is_told(
    client, supervisor, monkeypatch, bound, most, verb
):
    monkeypatch.setattr(reading, f"{bound}_A_PERSON", most)
    number = make_number()
    person, desk = make_person(number=number), make_posting()
    look(make_posting(), person.pk)
    look(desk, person.pk, verb=verb)
    assert trace(supervisor, [person.pk]).cut == 0
    look(desk, person.pk, verb=verb)
    assert trace(supervisor, [person.pk]).cut == 1

    response = ask(client, number)

    assert response.context["trace"].cut == 1
    shown = page(response)
    assert "1个人只翻到最近的查看" in shown
    assert "这段时间没有人看过他们" not in shown
    assert "没有别人可比" not in shown


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
