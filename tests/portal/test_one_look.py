"""One visit is one look: for the rules of the sentinel, an officer's week and the weekly report."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.kernel.actors import Purpose, PurposeKind
from audit.models import AuditEntry, Habit
from audit.room.officer_week import usual_week_of, week_of
from audit.room.weeks import Week
from audit.selectors import entries_visible_to
from audit.sentinel.events import events_of
from audit.sentinel.surroundings import surroundings
from audit.trail import ObjectRef
from identity.models import Posting
from portal.desk.lookup import Found, look_up_person
from portal.reports.content import content_for
from portal.reports.period import Period
from tests.conftest import as_owner, close_gate, switch_triggers
from tests.factories.identity import make_person, make_posting, officer_actor
from tests.factories.looks import make_look
from tests.factories.portal import make_office
from tests.factories.trail import sentinel_reads

pytestmark = pytest.mark.django_db(transaction=True)

CASE = Purpose.case("YB-2026-AAAA-BBBB")
REASON = Purpose(PurposeKind.REASON, "called")


def thing(number: int = 1) -> ObjectRef:
    return ObjectRef("applications.application", str(number))


def see(posting: Posting, verb: str = "application.viewed", number: int = 1, purpose=CASE) -> int:
    """One committed entry of this officer about somebody's case."""
    with transaction.atomic():
        person = make_person()
        return make_look(posting, person.pk, verb=verb, purpose=purpose, on=thing(number)).pk


def moved_to(entry: int, moment: datetime) -> None:
    """The entry as if it had been written then, with everybody it names."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room(current_date - 20, current_date)")
        switch_triggers(cursor, "disable")
        for table, column in (("entry", "id"), ("subject", "entry_id")):
            cursor.execute(f"update audit_{table} set at = %s where {column} = %s", [moment, entry])
        switch_triggers(cursor, "enable")


@pytest.fixture
def clerk() -> Posting:
    with transaction.atomic():
        return make_posting(department=make_office())


def counted(posting: Posting) -> tuple[int, int, int]:
    """How many looks the three of them count: the rules' habits, the week, and the report."""
    with transaction.atomic():
        sentinel_reads()
        days = Habit.objects.filter(officer=posting.officer_code)
        habits = sum(days.values_list("looks", flat=True))
        supervisor = officer_actor(make_posting(capacity="supervisor"))
        today = timezone.localdate()
        weeks = [Week.of(today), Week.of(today).plus(-1)]
        looks = sum(
            int(week_of(entries_visible_to(supervisor), posting.officer_code, week).whole.looks)
            for week in weeks
        )
        figures = content_for(posting.department, Period(weeks[1].monday, today))["figures"]
        close_gate()
    return habits, looks, figures["views"]


def test_values_shown_on_a_page_just_looked_at_belong_to_that_look(clerk):
    see(clerk)
    see(clerk, "value.revealed")
    see(clerk, "value.revealed")
    assert counted(clerk) == (1, 1, 1)


def test_a_value_shown_without_a_page_is_a_look(clerk):
    for number in range(3):
        see(clerk, "value.revealed", number)
    assert counted(clerk) == (3, 3, 3)


def test_another_thing_or_another_officer_is_another_look(clerk):
    with transaction.atomic():
        colleague = make_posting(department=clerk.department)
    see(clerk)
    see(clerk, "value.revealed", 2)
    see(colleague, "value.revealed")
    assert counted(clerk) == (2, 2, 3)
    assert counted(colleague)[:2] == (1, 1)


@pytest.mark.parametrize(("minutes", "looks"), [(29, 1), (31, 2)])
def test_a_visit_lasts_half_an_hour_from_the_last_look(clerk, minutes, looks):
    page, value = see(clerk), see(clerk, "value.revealed")
    # Of one day, whenever this runs: a day whose only look began the day before counts one too.
    noon = timezone.localtime().replace(hour=12) - timedelta(days=1)
    moved_to(page, noon - timedelta(minutes=minutes))
    moved_to(value, noon)
    assert counted(clerk) == (looks, looks, looks)


def test_opening_the_same_page_twice_is_two_looks(clerk):
    see(clerk)
    see(clerk)
    assert counted(clerk) == (2, 2, 2)


def test_a_visit_over_midnight_is_one_look(clerk):
    midnight = timezone.localtime().replace(hour=0, minute=0) - timedelta(days=1)
    moved_to(see(clerk), midnight - timedelta(minutes=10))
    shown, other = see(clerk, "value.revealed"), see(clerk, number=2)
    for entry in (shown, other):
        moved_to(entry, midnight + timedelta(minutes=10))

    assert counted(clerk) == (2, 2, 2)
    hours = surroundings().hours()
    (events,) = events_of([clerk.officer_code], midnight, timezone.now(), hours).values()
    assert [(one.entry, one.is_continued) for one in events] == [(shown, True), (other, False)]


def test_a_visit_that_began_before_the_week_is_no_look_of_the_week(clerk):
    week = Week.of(timezone.localdate()).plus(-1)
    page, shown = see(clerk), see(clerk, "value.revealed")
    moved_to(page, week.start - timedelta(minutes=10))
    moved_to(shown, week.start + timedelta(minutes=10))
    with transaction.atomic():
        supervisor = officer_actor(make_posting(capacity="supervisor"))
        before = week_of(entries_visible_to(supervisor), clerk.officer_code, week.plus(-1))
        found = week_of(entries_visible_to(supervisor), clerk.officer_code, week)
        views = content_for(clerk.department, Period(week.monday, week.sunday))["figures"]["views"]
        assert (before.whole.acts, before.whole.looks) == (1, 1)
        assert (found.whole.acts, found.whole.looks, views) == (1, 0, 0)
        close_gate()


def test_an_attempt_before_it_makes_no_visit(clerk):
    with transaction.atomic():
        person = make_person()
        make_look(clerk, person.pk, purpose=REASON, on=thing(), outcome="refused")
    see(clerk, "value.revealed")
    assert counted(clerk) == (1, 1, 1)


def test_looks_without_a_case_and_what_is_usual_are_counted_the_same_way(clerk):
    for number in range(2):
        see(clerk, "case.opened_by_reason", number, REASON)
        see(clerk, "value.revealed", number, REASON)
    with transaction.atomic():
        supervisor = officer_actor(make_posting(capacity="supervisor"))
        week = Week.of(timezone.localdate())
        found = week_of(entries_visible_to(supervisor), clerk.officer_code, week)
        assert (found.whole.acts, found.whole.looks, found.whole.without_case) == (4, 2, 2)
        usual = usual_week_of(entries_visible_to(supervisor), clerk.officer_code, week.plus(1))
        assert usual is not None
        assert (usual.acts, usual.looks, usual.without_case) == (1, 0.5, 0.5)
        content = content_for(clerk.department, Period(week.monday, week.sunday))
    assert content["figures"]["views_without_case"] == 2
    assert [row["views"] for row in content["views"]] == [2]


def test_a_look_up_that_shows_a_number_in_full_is_one_look(clerk):
    with transaction.atomic():
        person = make_person(phone="13912345678")
        found = look_up_person(
            actor=officer_actor(clerk), person_id=person.pk, reason="urgent_help", why="找家属"
        )
    assert isinstance(found, Found)
    verbs = AuditEntry.objects.filter(actor_label=clerk.officer_code).values_list("verb", flat=True)
    assert sorted(verbs) == ["person.looked_up", "value.revealed"]
    assert counted(clerk) == (1, 1, 1)
