"""What somebody did at once is one line of the supervisor's room, and no entry is lost in it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.directory import the_directory
from audit.kernel.actors import Purpose
from audit.lines import Line, lines_of
from audit.models import AuditEntry, AuditSubject
from audit.room.stories import told_together
from audit.trail import ObjectRef, record
from portal.desk.lookup import look_up_person
from tests.conftest import close_gate
from tests.factories.identity import (
    make_number,
    make_person,
    make_posting,
    officer_actor,
)
from tests.factories.room import TRAIL, ask, look, text

pytestmark = pytest.mark.django_db
SUPERVISION = Purpose.duty("supervision")


def line_of(entry) -> Line:
    (line,) = lines_of([entry], the_directory()).lines
    return replace(line, at=entry.at)


def told(response) -> list[tuple[str, list[str]]]:
    """Each line with what else belongs to it, by verbs."""
    lines = response.context["lines"]
    return [(line.verb, [one.line.verb for one in line.also]) for line in lines]


def looked_up(clerk, person, request_id: str) -> None:
    actor = officer_actor(clerk, request_id=request_id)
    look_up_person(actor=actor, person_id=person.pk, reason="urgent_help", why="邻居说她病了")
    close_gate()


def test_a_look_up_that_shows_a_value_in_full_is_one_line_with_both_entries(client, supervisor):
    clerk, person = make_posting(), make_person(phone="13800138000")
    looked_up(clerk, person, "r-1")
    looked_up(clerk, person, "r-2")

    found = ask(client, {"officer": clerk.officer_code})

    assert told(found) == [("person.looked_up", ["value.revealed"])] * 2
    page = text(found)
    for entry in AuditEntry.objects.filter(verb="value.revealed"):
        assert page.count(f'href="{TRAIL}entries/{entry.pk}/"') == 1
    week = client.get(f"{TRAIL}officers/{clerk.officer_code}/")
    assert told(week) == told(found)
    history = client.post(f"{TRAIL}person/", {"person": str(person.pk)}, follow=True)
    (day,) = history.context["days"]
    assert sum(bool(line.also) for line in day["lines"]) == 2
    assert "当时还做了" in text(history)


def test_a_day_of_somebody_counts_entries_and_not_lines(client, supervisor):
    clerk, person = make_posting(), make_person(phone="13800138000")
    looked_up(clerk, person, "r-1")
    history = client.post(f"{TRAIL}person/", {"person": str(person.pk)}, follow=True)
    (day,) = history.context["days"]
    about = AuditSubject.objects.filter(subject=person.pk).count() - 1  # without this very look
    assert (len(day["lines"]), day["entries"]) == (about - 1, about)


def test_a_supervisors_search_is_one_line_with_the_page_it_led_to(client, supervisor):
    number = make_number()
    person, other = make_person(number=number), make_person()
    clerk = make_posting()
    for one in (person, other):
        look(clerk, one)
    found = ask(client, {"number": number})
    client.get(f"{TRAIL}?search={found.context['word']}")

    again = ask(client, {"officer": supervisor.officer_code})

    assert told(again) == [("trail.viewed", []), ("trail.searched", ["trail.viewed"])]


def test_what_others_did_meanwhile_or_the_same_one_later_is_another_line(supervisor):
    actors = [officer_actor(supervisor), officer_actor(make_posting(capacity="supervisor"))]
    for actor, verb in (
        (actors[0], "trail.searched"),
        (actors[1], "trail.viewed"),
        (actors[0], "alarm.judged"),
        (actors[0], "trail.viewed"),
    ):
        record(actor=actor, verb=verb, on=ObjectRef("trail", "x"), purpose=SUPERVISION)
    entries = list(AuditEntry.objects.exclude(verb__startswith="test.").order_by("id"))[-4:]
    lines = [line_of(entry) for entry in entries]
    assert [one.also for one in told_together(lines, entries)] == [()] * 4


@pytest.mark.parametrize(
    ("written", "order"),
    [
        (["application.rules.checked", "application.approved"], [1, 0]),
        (["application.own.viewed", "record.fetched", "application.submitted"], [2, 0, 1]),
        (["application.viewed", "application.claimed", "application.approved"], [1, 2, 0]),
        (["application.viewed", "value.revealed"], [0, 1]),
    ],
    ids=["a decision", "a case handed in", "two acts", "looks alone"],
)
def test_what_was_done_leads_its_looks_and_checks_and_among_equals_the_first(
    supervisor, written, order
):
    actor = officer_actor(supervisor, request_id="r-1")
    numbers = [record(actor=actor, verb=verb, purpose=SUPERVISION) for verb in written]
    entries = list(AuditEntry.objects.filter(pk__in=numbers).order_by("-at", "-id"))

    (line,) = told_together([line_of(entry) for entry in entries], entries)

    shown = [line, *(one.line for one in line.also)]
    assert [one.number for one in shown] == [numbers[place] for place in order]


def test_what_was_refused_leads_nothing(supervisor):
    actor = officer_actor(supervisor, request_id="r-1")
    look = record(actor=actor, verb="application.viewed", purpose=SUPERVISION)
    record(actor=actor, verb="application.approved", purpose=SUPERVISION, outcome="refused")
    entries = list(AuditEntry.objects.filter(pk__gte=look).order_by("id"))

    (line,) = told_together([line_of(entry) for entry in entries], entries)

    assert line.number == look


@pytest.mark.parametrize(("seconds", "acts"), [(60, 1), (61, 2)])
def test_one_request_lasts_a_minute(supervisor, seconds, acts):
    actor = officer_actor(supervisor, request_id="r-1")
    for _ in range(2):
        record(actor=actor, verb="trail.viewed", on=ObjectRef("trail", "x"), purpose=SUPERVISION)
    first, second = AuditEntry.objects.filter(verb="trail.viewed").order_by("id")
    second.at = first.at + timedelta(seconds=seconds)
    entries = [second, first]  # newest first, as pages have them
    assert len(told_together([line_of(one) for one in entries], entries)) == acts
