"""The supervisor's reading of the trail: found by officer, case, person and time, and recorded."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.actions.reveal_answer import REASONS
from audit.kernel.actors import Actor, Purpose
from audit.kernel.ids import new_reference
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.messaging.tell import tell
from portal.desk.trail_words import VERBS
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    sign_in,
)
from tests.factories.portal import end_case
from tests.factories.room import TRAIL, ask, look, officers, text

pytestmark = pytest.mark.django_db

DAY = "2026-11-22"


def verbs(page: Any) -> set[str]:
    """Of every entry on a page, also of those that are told in one line."""
    lines = page.context["lines"]
    return {one.verb for line in lines for one in (line.same or (line,))}


def test_entries_are_found_by_officer_and_shown_in_plain_words_with_masked_names(
    client, supervisor
):
    clerk, other = make_posting(), make_posting()
    person = make_person(name="李晓")
    look(clerk, person)
    look(other, person)

    response = ask(client, {"officer": clerk.officer_code})

    page = text(response)
    assert officers(response) == [clerk.officer_code]
    assert "李*" in page
    assert "李晓" not in page
    assert "YB-2026-AAAA-BBBB" in page
    assert clerk.department.name in page


def test_the_search_itself_is_recorded_with_everybody_it_named(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)

    ask(client, {"officer": clerk.officer_code})

    entry = AuditEntry.objects.get(verb="trail.viewed")
    assert (entry.actor, entry.purpose_kind) == (supervisor.account_id, "duty")
    seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert list(seen) == [person.pk]


def test_a_person_is_found_by_number_and_the_number_is_in_no_page_and_no_address(
    client, supervisor
):
    number = make_number()
    person, other = make_person(number=number), make_person()
    clerk = make_posting()
    look(clerk, person)
    look(clerk, other)

    response = ask(client, {"number": f" {number.lower()} "})

    page = text(response)
    assert officers(response) == [supervisor.officer_code, clerk.officer_code, "test"]
    assert number not in page
    same = response.context["form"]["same"].value()
    again = ask(client, {"same": same, "verb": "application.viewed"})
    assert officers(again) == [clerk.officer_code]
    looks = AuditEntry.objects.filter(verb="trail.viewed")
    for entry in looks:
        seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
        assert list(seen) == [person.pk]


def test_a_number_nobody_has_finds_nothing_and_says_so(client, supervisor):
    look(make_posting(), make_person())

    response = ask(client, {"number": make_number()})

    assert officers(response) == []
    assert "这里没有人是这个身份证号" in text(response)


@pytest.mark.parametrize("number", ["123", "110101199001011234", "x", "🙂", "\u202e1", "9" * 24])
def test_what_is_no_identity_number_is_not_searched_for(client, supervisor, number):
    page = text(client.post(TRAIL, {"number": number}))

    assert 'href="#id_number"' in page
    assert "这不是身份证号" in page
    assert not AuditEntry.objects.filter(verb__startswith="trail.").exists()


@pytest.mark.parametrize("reference", ["garbage", "YB-2026-7Q4K-2M9E", "YB-20x6-0000-0000"])
def test_what_is_no_case_number_is_not_searched_for(client, supervisor, reference):
    page = text(client.post(TRAIL, {"reference": reference}))

    assert f"“{reference}”不是办件编号" in page


@pytest.mark.parametrize("typed", ["{}", " {} ", "yb2026{}", "Yb 2026 {}"])
def test_a_case_number_is_understood_as_people_type_it(client, supervisor, typed):
    reference = new_reference(2026)
    clerk = make_posting()
    look(clerk, make_person(), reference)
    short = typed.format(reference[8:].lower() if "2026" in typed else reference.lower())

    assert officers(ask(client, {"reference": short})) == [clerk.officer_code]


def test_an_unknown_search_finds_nothing_instead_of_everything(client, supervisor):
    look(make_posting(), make_person())

    assert officers(ask(client, {"same": "changed"})) == []
    assert "lines" not in client.get(f"{TRAIL}?search=changed").context


def test_a_result_can_be_gone_back_to_and_its_address_names_nobody(client, supervisor):
    number = make_number()
    person = make_person(number=number)
    look(make_posting(), person)
    days = {"since": DAY, "until": DAY}

    leak = {**days, "inquiry": "JC-1", "text": number}

    for address, search in ((TRAIL, {"number": number}), (f"{TRAIL}leaks/", leak)):
        posted = client.post(address, search)
        assert posted.status_code == 302
        assert number not in posted["Location"]
        assert str(person.pk) not in posted["Location"]
        assert number not in str(dict(client.session))
        first, again = client.get(posted["Location"]), client.get(posted["Location"])
        assert first.status_code == again.status_code == 200
        assert first.context["has_result"]
        assert again.context["has_result"]


def test_a_search_kept_for_one_page_is_none_for_another(client, supervisor):
    posted = client.post(TRAIL, {"officer": supervisor.officer_code})
    word = posted["Location"].partition("=")[2]

    assert "has_result" not in client.get(f"{TRAIL}leaks/?search={word}").context


def test_entries_are_found_by_hours_of_a_day(client, supervisor):
    clerk = make_posting()
    look(clerk, make_person())
    now = timezone.localtime(AuditEntry.objects.latest("id").at)
    day = {"officer": clerk.officer_code, "since": now.date(), "until": now.date()}
    minute = f"{now:%H:%M}"

    within = ask(client, {**day, "since_time": minute, "until_time": minute})
    outside = ask(client, {**day, "since": now.date() + timedelta(days=1), "until": ""})
    lone = ask(client, {"officer": clerk.officer_code, "since_time": minute})

    assert officers(within) == [clerk.officer_code]
    assert officers(outside) == []
    assert 'href="#id_since"' in text(lone)


def test_an_officer_is_found_by_a_code_in_small_letters_and_by_what_was_read(client, supervisor):
    clerk = make_posting(officer_code="XZSP-0777")
    sign_in(client, clerk.account)
    client.get("/admin/messages/")
    sign_in(client, supervisor.account)

    response = ask(client, {"officer": "xzsp-0777", "verb": "message.listed"})

    assert officers(response) == ["XZSP-0777"]


def test_every_act_has_words_of_its_own():
    words = [str(one) for one in VERBS.values()]

    assert sorted(words) == sorted(set(words))


def test_a_job_of_the_portal_has_a_name_in_words(client, supervisor):
    record(actor=Actor.system("message delivery"), verb="message.sent", purpose=Purpose.duty("x"))

    today = timezone.localdate()
    page = text(ask(client, {"verb": "message.sent", "since": today, "until": today}))

    assert "message delivery" not in page
    assert "消息投递" in page


def test_which_covered_value_was_seen_and_why_stands_in_the_trail(client, supervisor):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    client.post(f"/admin/desk/{case.reference}/reveal/citizen_number/", {"reason": "compare"})
    sign_in(client, supervisor.account)

    response = ask(client, {"officer": clerk.officer_code, "verb": "value.revealed"})
    history = client.get(f"/admin/trail/cases/{case.reference}/")

    [line] = response.context["lines"]
    assert line.detail == f"身份证号。原因：{REASONS['compare']}"
    assert line.detail in text(response)
    assert line.detail in text(history)


def test_the_trail_of_a_case_has_its_letter_and_its_messages(client, supervisor):
    case, _clerk = make_in_hand()
    letter = end_case(case, at=timezone.now())
    record(actor=ARRANGING, verb="outcome.viewed", on=letter, subjects=case.subjects)
    tell(
        actor=ARRANGING,
        account_id=make_citizen().pk,
        subject_id=case.subject_id,
        kind="application.approved",
        params={"reference": case.reference, "item": "x", "item_en": "x", "due_on": None},
        key="k",
    )
    close_gate()

    history = client.get(f"/admin/trail/cases/{case.reference}/")

    assert {"outcome.viewed", "message.written"} <= verbs(history)


def test_entries_are_found_by_case_and_by_time(client, supervisor):
    clerk, person = make_posting(), make_person()
    first, second = new_reference(2026), new_reference(2026)
    look(clerk, person, first)
    look(clerk, person, second)
    today = timezone.localdate()

    by_case = ask(client, {"reference": first.lower()})
    by_day = ask(client, {"since": today, "until": today, "officer": clerk.officer_code})
    before = ask(client, {"until": today - timedelta(days=1)})

    assert officers(by_case) == [clerk.officer_code]
    assert officers(by_day) == [clerk.officer_code] * 2
    assert officers(before) == []


def test_a_look_without_a_reason_is_marked(client, supervisor):
    clerk = make_posting()
    look(clerk, make_person(), reference="")

    page = text(ask(client, {"officer": clerk.officer_code}))

    assert "tag--stop" in page


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-22", "until": "2026-11-01"}, "until"),
        ({"verb": "application.nothing"}, "verb"),
        ({"officer": "x" * 33}, "officer"),
        ({"officer": "a\x00b"}, "officer"),
        ({"number": "1" * 25}, "number"),
    ],
)
def test_what_was_mistyped_is_said_beside_its_field(client, supervisor, form, field):
    page = text(ask(client, form))

    assert f'href="#id_{field}"' in page
    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()


def test_an_empty_search_asks_for_something(client, supervisor):
    assert 'role="alert"' in text(ask(client, {}))


def test_looking_at_the_empty_form_leaves_no_entry(client, supervisor):
    text(client.get(TRAIL))

    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()


def test_pages_go_back_and_forth_and_cost_the_same(client, supervisor):
    clerk = make_posting()
    people = [make_person() for _ in range(3)]
    look(clerk, people[0])
    with CaptureQueriesContext(connection) as few:
        ask(client, {"officer": clerk.officer_code})
    for number in range(120):
        look(clerk, people[number % 3])

    with CaptureQueriesContext(connection) as many:
        first = ask(client, {"officer": clerk.officer_code})
    here = f"{TRAIL}?search={first.context['word']}"
    second = client.get(f"{here}&from={first.context['page'].after}")
    back = client.get(f"{here}&from={second.context['page'].before}")

    assert len(many) == len(few)
    assert len(officers(first)) == 50
    numbers = [[line.number for line in one.context["lines"]] for one in (first, second, back)]
    assert not set(numbers[0]) & set(numbers[1])
    assert numbers[2] == numbers[0]


def test_the_timeline_of_an_officer_and_the_history_of_a_case(client, supervisor):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    client.get(f"/admin/desk/{case.reference}/")
    sign_in(client, supervisor.account)

    timeline = client.get(f"/admin/trail/officers/{clerk.officer_code}/")
    history = client.get(f"/admin/trail/cases/{case.reference}/")

    assert verbs(timeline) == {"application.viewed", "application.claimed"}
    assert {"application.viewed", "application.claimed", "application.started"} <= verbs(history)
    looks = AuditEntry.objects.filter(verb="trail.viewed")
    assert looks.count() == 2
    seen = AuditSubject.objects.filter(entry_id=looks.latest("id").pk)
    assert set(case.subjects) <= set(seen.values_list("subject", flat=True))


def test_unknown_officers_and_cases_are_not_there(client, supervisor):
    for address in ("officers/nobody/", "cases/YB-2026-0000-0000/", "cases/%F0%9F%99%82/"):
        assert client.get(f"{TRAIL}{address}").status_code == 404


@pytest.mark.parametrize("capacity", ["clerk", "superior", "lead", "catalogue", "sysadmin"])
def test_only_supervisors_read_the_trail(client, capacity):
    sign_in(client, make_posting(capacity=capacity).account)

    for address in ("", "leaks/", "officers/T1/", "cases/YB-2026-0000-0000/"):
        assert client.get(f"{TRAIL}{address}").status_code == 403


def test_citizens_do_not_even_reach_the_door(client):
    sign_in(client, make_citizen())

    assert client.get(TRAIL).status_code == 302


def test_supervisors_decide_nothing(client, supervisor):
    case, _clerk = make_in_hand()

    for way in ("", "approve/", "reject/", "correct/"):
        assert client.get(f"/admin/desk/{case.reference}/{way}").status_code == 403


def test_the_last_day_of_the_calendar_is_a_day_like_any_other(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)
    ever = {"since": "0001-01-01", "until": "9999-12-31"}

    by_time = ask(client, {**ever, "officer": clerk.officer_code})

    assert officers(by_time) == [clerk.officer_code]


@pytest.mark.parametrize("values", ["Infinity", "-Infinity", "1e400", "NaN"])
def test_a_cursor_that_is_no_row_shows_the_first_page(client, supervisor, values):
    clerk = make_posting()
    look(clerk, make_person())
    cursor = urlsafe_b64encode(f'["a",{values}]'.encode()).decode().rstrip("=")

    page = text(client.get(f"{TRAIL}officers/{clerk.officer_code}/?from={cursor}"))

    assert clerk.officer_code in page


@pytest.mark.parametrize("code", ["x" * 500, "李晓 110101199003070021"])
def test_words_in_the_place_of_an_officer_code_do_not_reach_the_trail(client, supervisor, code):
    address = f"{TRAIL}officers/{quote(code)}/"

    for answer in (client.get(address), client.get(f"{address}?from=x")):
        assert answer.status_code == 404
    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()
