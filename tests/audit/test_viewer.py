"""The supervisor's reading of the trail: found by officer, case, person and time, and recorded."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    make_citizen,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

TRAIL = "/admin/trail/"


@pytest.fixture
def supervisor(client):
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def look(posting, person, reference="YB-2026-AAAA-BBBB", verb="application.viewed"):
    """One look of this officer at this person, for a case or for no reason at all."""
    record(
        actor=officer_actor(posting),
        verb=verb,
        on=ObjectRef("applications.application", reference),
        subjects=[person.pk],
        purpose=Purpose.case(reference) if reference else None,
    )
    close_gate()


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def found(response) -> list[str]:
    return [line.officer for line in response.context["lines"]]


def test_entries_are_found_by_officer_and_shown_in_plain_words_with_masked_names(
    client, supervisor
):
    clerk, other = make_posting(), make_posting()
    person = make_person(name="李晓")
    look(clerk, person)
    look(other, person)

    response = client.post(TRAIL, {"officer": clerk.officer_code})

    page = text(response)
    assert found(response) == [clerk.officer_code]
    assert "李*" in page
    assert "李晓" not in page
    assert "YB-2026-AAAA-BBBB" in page
    assert clerk.department.name in page


def test_the_search_itself_is_recorded_with_everybody_it_named(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)

    client.post(TRAIL, {"officer": clerk.officer_code})

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

    response = client.post(TRAIL, {"number": f" {number.lower()} "})

    page = text(response)
    assert found(response) == [clerk.officer_code, "test"]
    assert number not in page
    ticket = response.context["form"]["person"].value()
    again = client.post(TRAIL, {"person": ticket, "verb": "application.viewed"})
    assert found(again) == [clerk.officer_code]
    looks = AuditEntry.objects.filter(verb="trail.viewed")
    for entry in looks:
        seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
        assert list(seen) == [person.pk]


@pytest.mark.parametrize("number", ["110101199001011234", "x", "🙂", "\u202e1", "9" * 24])
def test_a_number_nobody_has_finds_nothing(client, supervisor, number):
    look(make_posting(), make_person())

    assert found(client.post(TRAIL, {"number": number})) == []


def test_a_changed_ticket_finds_nothing_instead_of_everything(client, supervisor):
    look(make_posting(), make_person())

    assert found(client.post(TRAIL, {"person": "changed"})) == []


def test_entries_are_found_by_case_and_by_time(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person, "YB-2026-AAAA-0001")
    look(clerk, person, "YB-2026-AAAA-0002")
    today = timezone.localdate()

    by_case = client.post(TRAIL, {"reference": "yb-2026-aaaa-0001"})
    by_day = client.post(TRAIL, {"since": today, "until": today, "officer": clerk.officer_code})
    before = client.post(TRAIL, {"until": today - timedelta(days=1)})

    assert found(by_case) == [clerk.officer_code]
    assert found(by_day) == [clerk.officer_code] * 2
    assert found(before) == []


def test_a_look_without_a_reason_is_marked(client, supervisor):
    clerk = make_posting()
    look(clerk, make_person(), reference="")

    page = text(client.post(TRAIL, {"officer": clerk.officer_code}))

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
    page = text(client.post(TRAIL, form))

    assert f'href="#id_{field}"' in page
    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()


def test_an_empty_search_asks_for_something(client, supervisor):
    assert 'role="alert"' in text(client.post(TRAIL, {}))


def test_looking_at_the_empty_form_leaves_no_entry(client, supervisor):
    text(client.get(TRAIL))

    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()


def test_pages_go_back_and_forth_and_cost_the_same(client, supervisor):
    clerk = make_posting()
    people = [make_person() for _ in range(3)]
    look(clerk, people[0])
    with CaptureQueriesContext(connection) as few:
        client.post(TRAIL, {"officer": clerk.officer_code})
    for number in range(120):
        look(clerk, people[number % 3])

    with CaptureQueriesContext(connection) as many:
        first = client.post(TRAIL, {"officer": clerk.officer_code})
    after = first.context["page"].after
    second = client.post(TRAIL, {"officer": clerk.officer_code, "cursor": after})
    back = client.post(
        TRAIL, {"officer": clerk.officer_code, "cursor": second.context["page"].before}
    )

    assert len(many) == len(few)
    assert len(found(first)) == 50
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

    assert [line.verb for line in timeline.context["lines"]] == [
        "application.viewed",
        "application.claimed",
    ]
    assert {"application.viewed", "application.claimed", "application.started"} <= {
        line.verb for line in history.context["lines"]
    }
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


def test_a_leak_leads_to_those_who_saw_most_with_how_many_they_see_anyway(client, supervisor):
    target_a, target_b = make_in_hand()[0], make_in_hand()[0]
    subjects = [*target_a.subjects, *target_b.subjects]
    people = list(dict.fromkeys(subjects))
    saw_all, saw_one = make_posting(), make_posting()
    for person_id in people:
        _look_at(saw_all, person_id)
    _look_at(saw_one, people[0])
    for _ in range(5):
        _look_at(saw_one, make_person().pk)
    today = timezone.localdate()
    form = {
        "references": f"{target_a.reference}\n{target_b.reference}\nYB-2026-0000-0000",
        "since": today,
        "until": today,
    }

    response = client.post(f"{TRAIL}leaks/", form)

    page = text(response)
    viewers = {one.officer: one for one, _department in response.context["viewers"]}
    assert response.context["viewers"][0][0].officer == saw_all.officer_code
    assert (viewers[saw_all.officer_code].matched, viewers[saw_all.officer_code].seen_in_all) == (
        len(people),
        len(people),
    )
    assert (viewers[saw_one.officer_code].matched, viewers[saw_one.officer_code].seen_in_all) == (
        1,
        6,
    )
    assert "YB-2026-0000-0000" in page
    assert "guilty" not in page
    assert "有罪" not in page
    entry = AuditEntry.objects.get(verb="trail.leak_traced")
    seen = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert set(seen) == set(people)


def _look_at(posting, person_id):
    record(
        actor=officer_actor(posting),
        verb="application.viewed",
        on=ObjectRef("applications.application", "x"),
        subjects=[person_id],
    )
    close_gate()


def test_a_leak_search_without_a_window_or_people_says_what_is_missing(client, supervisor):
    page = text(client.post(f"{TRAIL}leaks/", {"references": "YB-2026-0000-0000"}))
    assert 'href="#id_since"' in page
    nobody = client.post(f"{TRAIL}leaks/", {"since": "2026-11-01", "until": "2026-11-02"})
    assert 'role="alert"' in text(nobody)


def test_the_last_day_of_the_calendar_is_a_day_like_any_other(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)
    ever = {"since": "0001-01-01", "until": "9999-12-31"}

    by_time = client.post(TRAIL, {**ever, "officer": clerk.officer_code})
    leak = client.post(f"{TRAIL}leaks/", {**ever, "references": "YB-2026-NONE-0000"})

    assert found(by_time) == [clerk.officer_code]
    assert "YB-2026-NONE-0000" in text(leak)


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


def test_the_number_by_which_a_leak_was_traced_is_not_shown_again(client, supervisor):
    number = make_number()
    make_person(number=number)
    days = {"since": "2026-01-01", "until": "2026-12-31"}

    page = text(client.post(f"{TRAIL}leaks/", {**days, "number": number}))

    assert "2026-12-31" in page
    assert number not in page
