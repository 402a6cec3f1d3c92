"""The pages of holds: asking tells nothing about numbers, and says whom and what in words."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from audit.kernel.actors import Purpose
from audit.kernel.ids import new_reference
from audit.models import AuditEntry, AuditSubject
from audit.selectors import TrailSearch, entries_visible_to, page_found
from identity.models import DisclosureHold, PersonNumber
from portal.desk.reasons import PERSONS
from tests.factories.desk import make_handed_in
from tests.factories.holds import ask, in_force, seen_by, wanted
from tests.factories.identity import (
    link,
    make_citizen,
    make_department,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.near import make_relative

pytestmark = pytest.mark.django_db
HOLDS = "/admin/holds/"
NEW = f"{HOLDS}new/"
CHOOSE = "请从列表中选一个单位"
NOTHING = "没有提出成功"
CREDIT_CODE = "91350211M000100Y46"


@pytest.fixture
def number():
    return make_number()


@pytest.fixture
def citizen(number):
    return make_citizen(person=make_person(name="李晓", number=number))


@pytest.fixture
def office():
    return make_department(name="区公安分局")


@pytest.fixture
def two():
    return make_posting(capacity="supervisor"), make_posting(capacity="supervisor")


@pytest.fixture
def supervisor(client, two):
    sign_in(client, two[0].account)
    return two[0]


def form(number, **changes) -> dict[str, str]:
    return {
        "number": number,
        "scope": "office",
        "office": "区公安分局",
        "looks_from": str(timezone.localdate()),
        "looks_to": str(timezone.localdate()),
        "ground": "duty",
        "days": "30",
        "words": "来函：测2026-1号",
        **changes,
    }


def text(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def said(client, number, **changes) -> str:
    """The answer of the form, without what was typed and what counts down."""
    page = text(client.post(NEW, form(number, **changes)))
    main = page[page.index("<main") : page.index("</main")]
    typed = [number, *changes.values(), 'checked=""', " checked"]
    for one in typed:
        main = main.replace(one, "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|还剩\d+次', "", main)


def tries() -> list[tuple[str, list]]:
    """Each try with its outcome and whom it names, the first first."""
    entries = AuditEntry.objects.filter(verb="hold.asked").order_by("id")
    about = AuditSubject.objects.values_list("subject", flat=True)
    return [(one.outcome, list(about.filter(entry_id=one.pk))) for one in entries]


def test_a_number_of_nobody_and_a_case_of_others_get_the_same_answer(
    client, citizen, number, office, supervisor
):
    theirs = make_handed_in()
    changes = {"scope": "case", "case": theirs.reference}
    unknown = said(client, make_number(), **changes)

    assert NOTHING in unknown
    assert said(client, number, **changes) == unknown
    assert said(client, number, scope="case", case=new_reference(2026)) == unknown
    assert tries() == [
        ("refused", []),
        ("refused", [citizen.person_id]),
        ("refused", [citizen.person_id]),
    ]
    assert not DisclosureHold.objects.exists()


def test_looks_at_a_case_that_only_names_somebody_can_be_held_for_them(
    client, citizen, number, office, supervisor
):
    case = make_handed_in(spouse_number=number)

    client.post(NEW, form(number, scope="case", case=case.reference))

    assert DisclosureHold.objects.get().subject_id == citizen.person_id


def test_who_is_close_and_who_looked_get_the_same_answer_too(
    client, citizen, number, office, supervisor
):
    unknown = said(client, make_number())
    digest = PersonNumber.objects.get(person=citizen.person).digest
    make_relative(supervisor.account, digest)
    assert said(client, number) == unknown

    other_number = make_number()
    other = make_person(number=other_number)
    inside = make_posting(capacity="supervisor", department=office)
    make_look(inside, other.pk)
    sign_in(client, inside.account)
    assert said(client, other_number) == unknown
    assert tries()[1:] == [("refused", [citizen.person_id]), ("refused", [other.pk])]


def test_each_try_uses_the_quota_and_without_one_nothing_is_asked(
    client, citizen, number, office, supervisor
):
    for _ in range(PERSONS.a_day):
        assert NOTHING in said(client, make_number())

    page = text(client.post(NEW, form(number)))

    assert "您提出的次数已经用完了。" in page
    assert "另一位监督员" in page
    assert "来函：测2026-1号" in page
    assert len(tries()) == PERSONS.a_day
    assert not DisclosureHold.objects.exists()


def test_the_form_says_how_many_tries_are_left(client, citizen, number, office, supervisor):
    assert f"还剩{PERSONS.a_day}次" in text(client.get(NEW))
    assert client.post(NEW, form(number)).status_code == 302
    assert f"还剩{PERSONS.a_day - 1}次" in text(client.get(NEW))


def test_a_firm_is_found_by_its_credit_code(client, office, supervisor):
    firm = make_organisation(credit_code=CREDIT_CODE)

    assert client.post(NEW, form(CREDIT_CODE)).status_code == 302

    assert DisclosureHold.objects.get().subject_id == firm.pk


def test_a_slip_in_the_case_number_warns_nobody_and_is_told_after_a_week(
    client, citizen, number, supervisor, monkeypatch
):
    said(client, number, scope="case", case=new_reference(2026))
    assert seen_by(citizen) == []

    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert seen_by(citizen) == ["hold.asked"]


def test_a_slip_is_not_told_while_the_hold_that_followed_lasts(
    client, citizen, number, office, two, supervisor, monkeypatch
):
    said(client, number, scope="case", case=new_reference(2026))
    in_force(two, wanted(citizen, office))

    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert seen_by(citizen) == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("公安", "区公安分局、市公安局"),
        ("海关", "请从列表中选一个单位"),
        ("", "请从列表中选一个单位"),
    ],
)
def test_an_office_is_chosen_by_its_name_and_a_part_of_one_is_not_enough(
    client, citizen, number, office, supervisor, typed, answer
):
    make_department(name="市公安局")
    page = text(client.get(NEW))
    for name in ("区公安分局", "市公安局"):
        assert f'<option value="{name}">' in page

    assert answer in text(client.post(NEW, form(number, office=typed)))
    assert tries() == []


def test_the_chosen_office_is_kept_by_its_code_and_shown_by_its_name(
    client, citizen, number, office, supervisor
):
    client.post(NEW, form(number))
    hold = DisclosureHold.objects.get()
    assert hold.scope_code == office.code

    page = text(client.get(f"{HOLDS}{hold.reference}/"))
    assert "区公安分局" in page
    assert office.code not in page
    office_of_supervisor = supervisor.department.name
    assert (
        f"{supervisor.officer_code}</span> · <span>{office_of_supervisor}</span> · 监督员" in page
    )


def test_looks_beyond_the_end_of_the_hold_are_refused_with_the_last_day(
    client, citizen, number, office, supervisor
):
    page = text(
        client.post(
            NEW, form(number, days="3", looks_to=str(timezone.localdate() + timedelta(days=4)))
        )
    )

    assert "查看的最后一天不能晚于暂缓结束" in page
    assert tries() == []


def test_the_page_says_what_stays_visible(client, citizen, office, two, supervisor):
    hold = ask(two[1], wanted(citizen, office))
    address = f"{HOLDS}{hold.reference}/"
    assert "暂缓不会收回已经告知的" in text(client.get(address))
    assert "当事人还没看过" in text(client.get(address))

    sign_in(client, citizen)
    text(client.get("/my/access/"))
    sign_in(client, two[0].account)

    assert "当事人看过，或者可能看过" in text(client.get(address))
    assert "照样看得到" in text(client.get(NEW))


def test_the_words_of_a_hold_turned_down_are_shown_to_who_asked(
    client, citizen, office, two, supervisor
):
    hold = ask(two[1], wanted(citizen, office))
    address = f"{HOLDS}{hold.reference}/"
    assert "请写明为什么不同意" in text(client.post(f"{address}turn-down/", {"words": ""}))

    assert client.post(f"{address}turn-down/", {"words": "依据不足，请补来函。"}).status_code == 302

    sign_in(client, two[1].account)
    assert "没有同意" in text(client.get(HOLDS))
    page = text(client.get(address))
    assert "依据不足，请补来函。" in page
    assert officer_actor(two[0]).label in page


def test_who_asked_takes_it_back_and_cannot_turn_it_down(client, citizen, office, two, supervisor):
    hold = ask(two[0], wanted(citizen, office))
    address = f"{HOLDS}{hold.reference}/"
    page = text(client.get(address))
    assert "撤回" in page
    assert f"{address}turn-down/" not in page

    assert client.post(f"{address}end/").status_code == 302

    assert "已撤回" in text(client.get(HOLDS))


@pytest.mark.parametrize(("days", "said"), [(0, "{last}当天"), (1, "{first}至{last}")])
def test_a_hold_of_one_day_names_that_day_once(
    client, supervisor, two, citizen, office, days, said
):
    hold = ask(
        two[1],
        wanted(
            citizen,
            office,
            looks_from=timezone.localdate() - timedelta(days=days),
            looks_to=timezone.localdate(),
        ),
    )
    page = client.get(f"{HOLDS}{hold.reference}/").content.decode()
    first, last = (
        date_format(one, "SHORT_DATE_FORMAT") for one in (hold.looks_from, hold.looks_to)
    )
    which = re.search(r"<dt>哪些查看</dt>\s*<dd>(.*?)<br>", page, re.DOTALL)[1]
    assert which.split("·")[-1].strip() == said.format(first=first, last=last)


def test_no_scope_is_said_to_need_no_more_once_the_form_was_sent_empty(client, supervisor):
    assert "可以不写" not in client.post(NEW, {}).content.decode()


@pytest.mark.parametrize("tie", ["oneself", "close", "close to somebody in the case", "none"])
def test_who_does_not_see_a_hold_finds_nothing_of_it_in_the_trail(tie):
    citizen, named, reader = make_citizen(), make_citizen(), make_posting(capacity="supervisor")
    two = [make_posting(capacity="supervisor") for _one in range(2)]
    number = "YB-2026-1111-1111"
    make_look(make_posting(), citizen.person_id, named.person_id, purpose=Purpose.case(number))
    if tie == "oneself":
        link(reader.account, citizen.person)
    elif tie != "none":
        person = citizen.person_id if tie == "close" else named.person_id
        make_relative(reader.account, PersonNumber.objects.get(person=person).digest)
    hold = in_force(two, wanted(citizen, two[0].department, scope="case", scope_code=number))

    visible = entries_visible_to(officer_actor(reader)).filter(object_id=hold.reference)
    assert visible.count() == (2 if tie == "none" else 0)
    assert entries_visible_to(officer_actor(two[0])).filter(object_id=hold.reference).count() == 2
    search = TrailSearch(officer=two[0].officer_code, person=citizen.person_id)
    assert len(page_found(officer_actor(reader), search).rows) == (1 if tie == "none" else 0)


@pytest.mark.parametrize("tie", ["oneself", "close", "leads the firm", "none"])
def test_a_try_that_led_to_no_hold_is_not_in_the_trail_for_whom_it_would_warn(
    client, supervisor, tie
):
    number, reader = make_number(), make_posting(capacity="supervisor")
    person = make_person(number=number)
    if tie == "close":
        make_relative(reader.account, PersonNumber.objects.get(person=person).digest)
    elif tie != "none":
        link(reader.account, person)
    if tie == "leads the firm":
        number = CREDIT_CODE
        make_organisation(legal_representative=person, credit_code=number)
    tried = try_in_vain(client, number)

    assert AuditSubject.objects.filter(entry_id=tried.pk).exists()
    visible = entries_visible_to(officer_actor(reader)).filter(pk=tried.pk)
    assert visible.exists() == (tie == "none")


def test_a_try_with_a_number_nobody_has_tells_nothing_of_anybody(client, supervisor, two):
    tried = try_in_vain(client, make_number())

    assert entries_visible_to(officer_actor(two[1])).filter(pk=tried.pk).exists()
    assert not AuditSubject.objects.filter(entry_id=tried.pk).exists()
    assert (tried.object_id, tried.detail_hash, tried.purpose) == ("", None, "hold")


def try_in_vain(client, number) -> AuditEntry:
    """A number is typed with that of a case nobody has."""
    said(client, number, scope="case", case=new_reference(timezone.localdate().year))
    assert not DisclosureHold.objects.exists()
    return AuditEntry.objects.get(verb="hold.asked")
