"""Every rule of the sentinel: what it speaks about, and the ordinary day it leaves alone."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

import pytest

from audit.kernel.clock import WorkCalendar
from audit.sentinel.events import Event, OfficeHours, Post
from audit.sentinel.registry import RULES, Watch, rules
from audit.sentinel.surroundings import Near, Terminal
from audit.sentinel.thresholds import allowed_by

POST = Post(officer="T0001", account=uuid4(), department="D1", capacity="clerk")
MORNING = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)  # nine o'clock in the portal's time zone
CASE = "YB-2026-AAAA-BBBB"
HOURS = OfficeHours(
    WorkCalendar(days_off={date(2026, 10, 1)}, days_worked={date(2026, 10, 10)}), time(7), time(20)
)
_entries = count(1)


def event(minute: float = 0, *people: UUID, verb="application.viewed", case=CASE, **more) -> Event:
    """A look at these people, so many minutes after nine; for a case unless none is named."""
    at = MORNING + timedelta(minutes=minute)
    return Event(
        entry=next(_entries),
        at=at,
        verb=verb,
        purpose_kind="case" if case else "reason",
        purpose=case,
        subjects=frozenset(people),
        **{"sign_in": "a", "is_off_hours": HOURS.is_off(at), **more},
    )


def look(minute: float = 0, person: UUID | None = None, **more) -> Event:
    return event(minute, person or uuid4(), **more)


def found(code: str, events: list[Event], *, new: list[Event] | None = None, **around):
    """What a rule says at the threshold it begins with."""
    rule = RULES.get(code)()
    fresh = frozenset(one.entry for one in (events if new is None else new))
    watch = Watch(post=POST, events=events, new=fresh, near=around.pop("near", Near()), **around)
    return rule.judge(watch, rule.default)


def ordinary_day() -> list[Event]:
    """A busy clerk: a case every ten minutes, its pages, a document, a decision; two look-ups."""
    day = []
    for case in range(48):
        person, minute = uuid4(), case * 10
        name = f"YB-2026-{case:04d}-0000"
        for offset in (0, 1, 2, 4):
            day.append(event(minute + offset, person, case=name))
        day.append(event(minute + 5, person, verb="attachment.viewed", case=name))
        day.append(event(minute + 6, person, verb="value.revealed", case=name))
        if case % 12 == 0:
            day.append(event(minute + 6.5, uuid4(), verb="person.looked_up", case=""))
        day.append(event(minute + 7, person, verb="application.approved", case=name))
    return day


@pytest.mark.parametrize("code", list(RULES))
def test_an_ordinary_busy_day_raises_nothing(code):
    day = ordinary_day()
    device = {"a": [Terminal(device="x", first_seen=MORNING)]}
    assert found(code, day, terminals=device) is None
    assert found(code, day, new=day[-1:], terminals=device) is None


def test_all_thirteen_rules_are_found_and_say_what_they_do():
    assert {rule.code for rule in rules()} == {
        "colleagues",
        "exports",
        "household",
        "off_hours",
        "protected",
        "relatives",
        "repeated",
        "searches",
        "sweep",
        "terminal",
        "traces",
        "two_devices",
        "without_case",
    }
    for rule in rules():
        assert str(rule.name)
        assert str(rule.looks_at)
        assert "3" in rule.counted(3)
        assert rule.ceiling >= rule.default


def test_many_looks_without_a_case_on_one_day_are_an_alarm_with_these_entries():
    looks = [look(minute * 20, case="") for minute in range(11)]
    evidence = found("without_case", [*looks, look(230)])

    assert evidence is not None
    assert evidence.entries == tuple(one.entry for one in looks)
    assert (evidence.measured, evidence.since) == (11, looks[0].at)
    assert evidence.until == looks[-1].at
    assert found("without_case", looks[:10]) is None


def test_looks_for_a_duty_of_the_post_and_refused_ones_are_no_looks_without_a_case():
    duties = [_duty(minute) for minute in range(30)]
    refused = [look(minute, case="", outcome="refused") for minute in range(30)]
    assert found("without_case", duties) is None
    assert found("without_case", refused) is None


def _duty(minute: int) -> Event:
    at = MORNING + timedelta(minutes=minute)
    return Event(
        entry=next(_entries),
        at=at,
        verb="message.viewed",
        purpose_kind="duty",
        subjects=frozenset([uuid4()]),
    )


@pytest.mark.parametrize("code", ["relatives", "household"])
def test_one_look_at_family_or_household_is_an_alarm_even_with_a_case(code):
    person = uuid4()
    near = Near(**{code: frozenset([person])})
    one = look(0, person)

    evidence = found(code, [look(-5), one], near=near)

    assert evidence is not None
    assert (evidence.entries, evidence.measured) == ((one.entry,), 1)
    assert evidence.attempts == 0
    assert found(code, [look()], near=near) is None


def test_a_list_that_names_a_relative_among_many_is_no_look_at_the_relative():
    person = uuid4()
    near = Near(relatives=frozenset([person]))
    listed = event(0, person, *(uuid4() for _ in range(9)))
    assert found("relatives", [listed], near=near) is None


def test_a_colleague_without_a_case_is_an_alarm_and_with_one_ordinary_work():
    person = uuid4()
    near = Near(colleagues=frozenset([person]))
    without = look(0, person, case="")

    evidence = found("colleagues", [without], near=near)

    assert evidence is not None
    assert evidence.entries == (without.entry,)
    assert found("colleagues", [look(0, person)], near=near) is None


def test_every_look_at_somebody_under_protection_is_an_alarm():
    person = uuid4()
    evidence = found("protected", [look(0, person), look(3, person)], protected={person})
    assert evidence is not None
    assert evidence.measured == 2
    assert found("protected", [look()], protected={person}) is None


def test_thirteen_people_in_ten_minutes_are_a_sweep_and_one_person_thirteen_times_is_not():
    sweep = [look(minute * 0.7) for minute in range(13)]
    evidence = found("sweep", sweep)

    assert evidence is not None
    assert evidence.measured == 13
    assert found("sweep", [look(minute) for minute in range(13)]) is None
    person = uuid4()
    assert found("sweep", [look(minute / 2, person) for minute in range(20)]) is None
    lists = [event(0, *(uuid4() for _ in range(30)))]
    assert found("sweep", lists) is None


def test_a_denser_sweep_of_yesterday_does_not_hide_the_one_of_today():
    yesterday = [look(-1440 + minute / 10) for minute in range(40)]
    today = [look(minute / 2) for minute in range(14)]
    evidence = found("sweep", [*yesterday, *today], new=today)
    assert evidence is not None
    assert evidence.entries == tuple(one.entry for one in today)


def test_numbers_tried_one_after_another_are_an_alarm_though_nobody_was_found():
    vain = [
        event(minute, verb="person.looked_up", case="", outcome="refused") for minute in range(7)
    ]
    evidence = found("searches", vain)
    assert evidence is not None
    assert evidence.measured == 7
    slow = [event(minute * 10, verb="person.looked_up", case="") for minute in range(7)]
    assert found("searches", slow) is None


def test_coming_back_five_times_without_doing_anything_is_an_alarm():
    person = uuid4()
    visits = [look(hour * 60 + page, person) for hour in range(5) for page in (0, 1, 2)]
    act = event(290, person, verb="application.approved")

    evidence = found("repeated", visits)

    assert evidence is not None
    assert evidence.measured == 5
    assert len(evidence.entries) == 15
    assert found("repeated", [*visits, act]) is None
    assert found("repeated", visits[:12]) is None
    assert found("repeated", [*visits, look(400)], new=[]) is None


def test_one_sitting_over_many_pages_is_no_coming_back():
    person = uuid4()
    assert found("repeated", [look(minute, person) for minute in range(60)]) is None


def test_a_burst_at_night_is_an_alarm_and_the_same_by_day_is_not():
    night = [look(-600 + minute) for minute in range(21)]
    evidence = found("off_hours", night)
    assert evidence is not None
    assert evidence.measured == 21
    assert found("off_hours", night[:20]) is None
    assert found("off_hours", [look(minute) for minute in range(60)]) is None


@pytest.mark.parametrize(
    ("at", "is_off"),
    [
        ("2026-11-19 9:0", False),
        ("2026-11-19 6:59", True),
        ("2026-11-19 20:0", True),
        ("2026-11-21 10:0", True),  # a Saturday
        ("2026-10-1 10:0", True),  # a holiday
        ("2026-10-10 10:0", False),  # a Saturday worked in exchange
    ],
)
def test_office_hours_follow_the_working_calendar(at, is_off):
    there = datetime.strptime(f"{at} +0800", "%Y-%m-%d %H:%M %z")
    assert HOURS.is_off(there) is is_off


def test_a_strange_device_is_an_alarm_and_the_usual_one_or_none_known_is_not():
    one = look(0, sign_in="b")
    at_home = {"b": [Terminal(device="x", first_seen=MORNING)]}
    strange = {"b": [Terminal(device="y", first_seen=MORNING, is_strange=True)]}

    evidence = found("terminal", [one], terminals=strange)

    assert evidence is not None
    assert evidence.entries == (one.entry,)
    assert found("terminal", [one], terminals=at_home) is None
    assert found("terminal", [one]) is None


def at_devices(**devices: str) -> dict[str, list[Terminal]]:
    return {
        sign_in: [
            Terminal(device=device, first_seen=MORNING + timedelta(minutes=place))
            for place, device in enumerate(found)
        ]
        for sign_in, found in devices.items()
    }


def signed(pattern: str, step: float = 1) -> list[Event]:
    return [look(place * step, sign_in=name) for place, name in enumerate(pattern)]


def test_a_sign_in_that_comes_back_after_another_one_acted_is_two_devices_at_once():
    crossing = signed("abba")
    evidence = found("two_devices", crossing, terminals=at_devices(a="x", b="y"))
    assert evidence is not None
    assert evidence.entries == tuple(one.entry for one in crossing)


@pytest.mark.parametrize(
    ("pattern", "step", "devices"),
    [
        ("aabb", 1, {"a": "x", "b": "y"}),  # signing in elsewhere ended the first
        ("abba", 20, {"a": "x", "b": "y"}),  # an hour apart
        ("abba", 1, {"a": "x", "b": "x"}),  # two windows of one browser
        ("abba", 1, {"a": "x"}),  # b is a program with a key of its own
    ],
)
def test_sign_ins_after_one_another_on_one_device_or_of_a_program_are_nothing(
    pattern, step, devices
):
    events = signed(pattern, step)
    assert found("two_devices", events, terminals=at_devices(**devices)) is None


def test_a_session_carried_to_another_device_is_two_devices_at_once():
    events = signed("aaa", 2)
    evidence = found("two_devices", events, terminals=at_devices(a="xy"))
    assert evidence is not None
    assert evidence.entries == tuple(one.entry for one in events[1:])


def test_more_people_in_files_than_allowed_are_an_alarm_and_a_few_files_are_not():
    big = event(0, *(uuid4() for _ in range(101)), verb="report.exported")
    evidence = found("exports", [big])
    assert evidence is not None
    assert evidence.measured == 101
    files = [event(minute, verb="report.exported") for minute in range(20)]
    assert found("exports", files) is None


def test_what_is_not_new_raises_no_alarm_again():
    looks = [look(minute * 20, case="") for minute in range(11)]
    assert found("without_case", [*looks, look(230)], new=[]) is None
    assert found("sweep", [look(minute / 2) for minute in range(14)], new=[]) is None


@pytest.mark.parametrize(
    ("own", "post", "factor", "allowed"),
    [
        (0, 0, "1.5", 10),  # where it begins
        (4, 5, "1.5", 10),  # habits below the default change nothing
        (12, 5, "1.5", 18),  # the officer's own habit
        (5, 14, "1.5", 21),  # the habit of the post
        (0, 0, "1.875", 12),  # one false alarm
        (0, 0, "1.2", 8),  # one misuse
        (100, 0, "4", 60),  # never above the ceiling
    ],
)
def test_a_threshold_is_the_largest_of_default_own_habit_and_the_posts(own, post, factor, allowed):
    rule = RULES.get("without_case")()
    assert allowed_by(rule, own, post, Decimal(factor)) == allowed


def test_nothing_moves_a_rule_that_asks_after_every_look():
    assert allowed_by(RULES.get("relatives")(), 50, 50, Decimal(4)) == 0
