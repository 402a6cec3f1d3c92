"""Days of officers: what is usual comes from them, so they say what entries show and only grow."""

from datetime import date, datetime, time, timedelta
from unittest.mock import ANY
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import PurposeKind
from audit.kernel.clock import SATURDAY
from audit.models import Habit, SentinelAlarm
from audit.selectors import VIEW_ENDINGS
from audit.sentinel.events import (
    CLOSE_AT_MOST,
    EXPORT_ENDINGS,
    NO_ACTS,
    OF_SUPERVISION,
    OF_THE_DOOR,
    Event,
    Post,
)
from audit.sentinel.habits import COUNTS, usual_of_officers, usual_of_posts
from audit.sentinel.registry import rule_of, rules
from audit.sentinel.surroundings import surroundings
from audit.trail import record
from catalog.loading.calendar import LOADED, LOADING
from catalog.models import CalendarDay
from tests.conftest import as_owner, close_gate, switch_triggers
from tests.factories.identity import make_department, make_person, make_posting, officer_actor
from tests.factories.trail import (
    REASON,
    leave_look,
    leave_look_of_before,
    put_alarm,
    sentinel_reads,
)

pytestmark = pytest.mark.django_db(transaction=True)

GROWS, SHOWN = "only grows", "what its entries show"
DAY = timedelta(days=1)


@pytest.fixture
def clerk():
    with transaction.atomic():
        return make_posting()


def people(count):
    with transaction.atomic():
        return [make_person().pk for _ in range(count)]


def noon(back=1):
    day = timezone.localdate() - back * DAY
    return timezone.make_aware(datetime.combine(day, time(12)))


def looks_of_yesterday(clerk, count):
    """Looks without a case, one a second from noon on."""
    return [
        leave_look_of_before(clerk, clerk.officer_code, person, noon() + timedelta(seconds=number))
        for number, person in enumerate(people(count))
    ]


def reads(entries=None):
    with transaction.atomic():
        sentinel_reads(entries)


def put_day(clerk, back=1, **fields):
    values = {
        "officer": clerk.officer_code,
        "department": clerk.department.code,
        "capacity": clerk.capacity,
        "day": timezone.localdate() - back * DAY,
    }
    with transaction.atomic():
        return Habit.objects.create(**{**values, **fields})


def figures(clerk):
    return Habit.objects.filter(officer=clerk.officer_code).values(*COUNTS).get()


def is_refused(match, clerk, **counts):
    with pytest.raises(ProgrammingError, match=match), transaction.atomic():
        Habit.objects.filter(officer=clerk.officer_code).update(**counts)


@pytest.mark.parametrize("when", ["yesterday", "today"])
def test_a_day_never_becomes_less_nor_more_than_its_entries_show(clerk, when):
    if when == "yesterday":
        looks_of_yesterday(clerk, 3)
    else:
        with transaction.atomic():
            for _ in range(3):
                leave_look(clerk, make_person().pk, case="")
    reads()
    before = figures(clerk)
    shown = {**dict.fromkeys(COUNTS, 3), "acts": 0, "exported": 0, "off_hours": ANY}
    assert before == shown
    for figure, number in before.items():
        if figure == "off_hours":
            continue  # is cut, see below
        is_refused(SHOWN, clerk, **{figure: number + 1})
        if number:
            is_refused(GROWS, clerk, **{figure: number - 1})
    assert figures(clerk) == before


def test_whose_day_it_is_and_which_stands(clerk):
    looks_of_yesterday(clerk, 1)
    reads()
    mine = Habit.objects.filter(officer=clerk.officer_code)
    for field in (
        {"officer": "X"},
        {"department": "X"},
        {"capacity": "superior"},
        {"day": timezone.localdate()},
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            mine.update(**field)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        mine.delete()


def test_no_day_without_an_entry_of_its_own(clerk):
    """Nor beside a day there is, of which it has all but one thing."""
    looks_of_yesterday(clerk, 1)
    with transaction.atomic():
        other = make_department()
    forged = (
        {"back": 2},
        {"back": 0},
        {"back": -1},
        {"officer": "X"},
        {"department": other.code},
        {"capacity": "superior"},
    )
    for is_there in (False, True):
        if is_there:
            assert put_day(clerk, looks=1, persons=1, peak=1, without_case=1).pk
        for field in forged:
            with pytest.raises(ProgrammingError, match=SHOWN):
                put_day(clerk, **field)


def test_a_day_begins_and_ends_at_midnight_where_the_portal_is(clerk):
    for at in (noon() - timedelta(hours=12), noon() + timedelta(hours=12, seconds=-1)):
        leave_look_of_before(clerk, clerk.officer_code, people(1)[0], at)
    with pytest.raises(ProgrammingError, match=SHOWN):
        put_day(clerk, looks=3)
    assert put_day(clerk, looks=2).pk
    for back in (0, 2):
        with pytest.raises(ProgrammingError, match=SHOWN):
            put_day(clerk, back=back)


def test_what_the_sentinel_counts_the_database_takes(clerk):
    """At their largest: a crowd in each kind of file, the largest look that is none of a list."""
    with transaction.atomic():
        actor = officer_actor(clerk)
        for ending in EXPORT_ENDINGS:
            record(actor=actor, verb=f"test{ending}", subjects=people(7), purpose=REASON)
            record(actor=actor, verb=f"test{ending}")
        leave_look(clerk, *people(CLOSE_AT_MOST), case="")
        leave_look(clerk, *people(CLOSE_AT_MOST + 1), case="")
        record(actor=actor, verb="test.decided")
        close_gate()
    reads()
    counted = figures(clerk)
    assert counted["exported"] == 16
    assert (counted["looks"], counted["without_case"]) == (2, 2)
    assert (counted["persons"], counted["peak"]) == (2 * CLOSE_AT_MOST + 1, CLOSE_AT_MOST)
    assert counted["acts"] == 1


@pytest.mark.parametrize(
    ("figure", "verb", "purpose", "people_in_it"),
    [
        ("exported", "application.viewed", PurposeKind.DUTY, 9),
        ("without_case", "application.viewed", PurposeKind.DUTY, 1),
        ("peak", "person.viewed", PurposeKind.REASON, 9),
        ("peak", "trail.viewed", PurposeKind.DUTY, 1),
        ("looks", "desk.viewed", PurposeKind.DUTY, 0),
        ("looks", "application.approved", PurposeKind.DUTY, 1),
        ("looks", "queue.listed", PurposeKind.DUTY, 1),
        ("persons", "application.approved", PurposeKind.DUTY, 1),
        ("without_case", "value.exported", PurposeKind.REASON, 1),
        ("acts", "application.viewed", PurposeKind.DUTY, 1),
        ("acts", "session.begun", PurposeKind.DUTY, 0),
        ("acts", "trail.searched", PurposeKind.DUTY, 0),
    ],
)
def test_a_figure_comes_from_entries_of_its_kind(clerk, figure, verb, purpose, people_in_it):
    with transaction.atomic():
        record(
            actor=officer_actor(clerk),
            verb=verb,
            subjects=people(people_in_it),
            purpose=type(REASON)(purpose, REASON.code),
        )
        close_gate()
    with pytest.raises(ProgrammingError, match=SHOWN):
        put_day(clerk, back=0, **{figure: 1})
    assert put_day(clerk, back=0).pk


def kind_of(verb):
    """What a verb is to the sentinel, in the words of the database."""
    event = Event(entry=1, at=timezone.now(), verb=verb, subjects=frozenset([uuid4()]))
    if event.is_look:
        return "look" if event.is_close else "supervised"
    if event.exported:
        return "file"
    return "act" if event.is_act else "other"


def test_the_database_takes_a_verb_for_what_the_sentinel_takes_it_for():
    endings = (*VIEW_ENDINGS, *EXPORT_ENDINGS, *NO_ACTS, ".approved", "viewed", ".viewed_x")
    beginnings = (*OF_SUPERVISION, *OF_THE_DOOR, "case.", "trailer.", "case.trail.")
    verbs = {f"{one}x{other}" for one in beginnings for other in endings}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select v, audit_event_kind(v) from unnest(%s) v", [sorted(verbs)])
        known = dict(cursor.fetchall())
    assert known == {verb: kind_of(verb) for verb in verbs}
    assert set(known.values()) == {"look", "supervised", "file", "act", "other"}


def moment(day, at):
    return timezone.make_aware(datetime.combine(day, at))


def test_the_database_knows_when_offices_work_as_the_portal_does():
    monday = date(2026, 11, 16)
    days = [monday + number * DAY for number in range(7)]
    with transaction.atomic():
        record(actor=LOADING, verb=LOADED)
        CalendarDay.objects.create(day=days[1], is_worked=False)
        CalendarDay.objects.create(day=days[6], is_worked=True)
    times = [time(6, 59, 59), time(7), time(12), time(19, 59, 59), time(20), time(0)]
    moments = [moment(day, at) for day in days for at in times]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select m, not m <@ audit_office_hours((m at time zone 'Asia/Shanghai')::date)"
            "  from unnest(%s::timestamptz[]) m",
            [moments],
        )
        known = dict(cursor.fetchall())
        hours = surroundings().hours()
    assert known == {one: hours.is_off(one) for one in moments}
    assert sum(known.values()) == 2 * len(times) + 5 * 3


def test_hours_off_are_cut_to_what_the_day_shows_and_stop_nothing(clerk):
    """Also when a day off is taken back after it was counted."""
    back = next(back for back in range(1, 5) if noon(back).weekday() < SATURDAY)
    day = noon(back).date()
    early = moment(day, time(3))
    for at in (early, noon(back)):
        leave_look_of_before(clerk, clerk.officer_code, people(1)[0], at)
    put_day(clerk, back=back, looks=1, persons=1, off_hours=9)
    assert figures(clerk)["off_hours"] == 1
    mine = Habit.objects.filter(officer=clerk.officer_code)
    with transaction.atomic():
        mine.update(off_hours=2)
    assert figures(clerk)["off_hours"] == 1
    with transaction.atomic():
        record(actor=LOADING, verb=LOADED)
        off = CalendarDay.objects.create(day=day, is_worked=False)
        mine.update(off_hours=2)
        assert figures(clerk)["off_hours"] == 2
        off.is_worked = True
        off.save()
        mine.update(looks=2)
    assert figures(clerk)["off_hours"] == 2


def test_a_refused_attempt_is_a_look_at_nobody(clerk):
    with transaction.atomic():
        record(
            actor=officer_actor(clerk),
            verb="person.looked_up",
            subjects=people(1),
            purpose=REASON,
            outcome="refused",
        )
    for figure in ("looks", "persons", "peak", "without_case", "acts", "exported"):
        with pytest.raises(ProgrammingError, match=SHOWN):
            put_day(clerk, back=0, **{figure: 1})


def test_entries_of_two_accounts_with_one_code_are_counted_in_the_order_they_were_made(clerk):
    """Two looks an hour apart with one of another account between them: one in ten minutes."""
    with transaction.atomic():
        other = make_posting(department=clerk.department)
    code, hour = clerk.officer_code, timedelta(hours=1)
    moments = ((clerk, noon()), (clerk, noon() + hour), (other, noon() + hour / 2))
    reads([leave_look_of_before(who, code, people(1)[0], at) for who, at in moments])
    counted = figures(clerk)
    assert (counted["looks"], counted["persons"], counted["peak"]) == (3, 3, 1)


def days_of(clerk, numbers, figure="without_case"):
    """Days before today with so much of a figure, put there by the owner."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for back, number in enumerate(numbers, start=1):
            put_day(clerk, back=back, **{figure: number})
        switch_triggers(cursor, "enable")


def post_of(posting):
    return Post(
        officer=posting.officer_code,
        account=posting.account_id,
        department=posting.department.code,
        capacity=posting.capacity,
    )


def test_what_is_usual_is_what_nine_days_of_ten_stay_below_and_needs_five_days(clerk):
    with transaction.atomic():
        colleague = make_posting(department=clerk.department)
    days_of(clerk, [1, 2, 3, 4, 5, 6, 7, 8, 9, 40])
    days_of(colleague, [0, 0, 0, 0])

    own = usual_of_officers([post_of(clerk), post_of(colleague)])
    assert own[post_of(clerk)].of("without_case") == 9
    assert post_of(colleague) not in own
    place = (clerk.department.code, "clerk")
    assert usual_of_posts([place])[place].of("without_case") == 9


def test_the_habit_of_the_officer_and_of_the_post_raise_the_threshold(clerk):
    days_of(clerk, [12] * 10)
    with transaction.atomic():
        newcomer = make_posting(department=clerk.department)
        entries = [
            leave_look(who, make_person().pk, case="")
            for who, count in ((clerk, 18), (newcomer, 19))
            for _ in range(count)
        ]
    reads(entries)

    of_rule = SentinelAlarm.objects.filter(rule="without_case")
    assert not of_rule.filter(officer=clerk.officer_code).exists()
    alarm = of_rule.get(officer=newcomer.officer_code)
    assert (alarm.allowed, alarm.own_usual, alarm.post_usual) == (18, None, 12)


@pytest.mark.parametrize("rule", [one.code for one in rules()])
def test_an_alarm_says_what_is_usual_whatever_is_written(clerk, rule):
    """As the sentinel reckons it: over sixty days before today, of the figure of its rule."""
    figure = rule_of(rule).habit
    with transaction.atomic():
        colleague = make_posting(department=clerk.department)
        look = leave_look(clerk, make_person().pk, case="")
    days_of(clerk, [1, 2, 3, 4, 5, 6, 7, 8, 9, 40, *[0] * 50, 900], figure or "looks")
    days_of(colleague, [30, 31, 32, 33], figure or "looks")
    place = (clerk.department.code, "clerk")
    own = usual_of_officers([post_of(clerk)])[post_of(clerk)].of(figure)
    at_post = usual_of_posts([place])[place].of(figure)
    assert (own, at_post) == ((4, 8) if figure else (None, None))

    with transaction.atomic():
        put_alarm(clerk, look, rule=rule, own_usual=99, post_usual=99)

    alarm = SentinelAlarm.objects.get()
    assert (alarm.own_usual, alarm.post_usual) == (own, at_post)
