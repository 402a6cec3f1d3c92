"""Whoever holds the application's role puts no alarm there that blinds the sentinel."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.models import AuditEntry, SentinelAlarm
from audit.sentinel.alarms import RAISED, SENTINEL
from audit.sentinel.registry import rules
from audit.trail import record
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_person,
    make_posting,
    officer_actor,
)
from tests.factories.trail import leave_look, leave_look_of_before, put_alarm, sentinel_reads

pytestmark = pytest.mark.django_db

DUTY = Purpose.duty("supervision")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOT_ITS_ENTRIES = "of entries of its officer"
NO_RULE = "no rule has this line"
NOT_SHOWN = "counts what its entries show"
NOT_ITS_KEY = "key of an alarm"


@pytest.fixture
def clerk():
    return make_posting()


@pytest.fixture
def look(clerk) -> int:
    return leave_look(clerk, make_person().pk, case="")


def is_refused(match: str, clerk: Any, entry: int, **fields: Any) -> None:
    with pytest.raises(ProgrammingError, match=match), transaction.atomic():
        put_alarm(clerk, entry, **fields)


def changed(alarm: SentinelAlarm, **fields: Any) -> None:
    with transaction.atomic():
        SentinelAlarm.objects.filter(pk=alarm.pk).update(**fields)


def test_an_alarm_claims_no_entry_that_is_still_to_come(clerk, look):
    coming = list(range(look + 1, look + 50))
    is_refused(NOT_ITS_ENTRIES, clerk, look, entries=[look, *coming])
    is_refused(NOT_ITS_ENTRIES, clerk, look, entries=[])
    is_refused(NOT_ITS_ENTRIES, clerk, look, entries=[look, look])
    alarm = put_alarm(clerk, look)
    with pytest.raises(ProgrammingError, match=NOT_ITS_ENTRIES):
        changed(alarm, entries=[look, *coming])


def test_an_alarm_is_of_its_own_officers_entries_at_that_post(clerk, look):
    other = leave_look(make_posting(), make_person().pk, case="")
    second = make_posting(account=clerk.account, department=make_department())
    elsewhere = leave_look(second, make_person().pk, case="")
    until = {"until": timezone.now()}
    for entries in ([look, other], [look, elsewhere]):
        is_refused(NOT_ITS_ENTRIES, clerk, look, entries=entries, **until)
    for field in ({"account": second.pk}, {"officer": "X"}, {"capacity": "superior"}):
        is_refused(NOT_ITS_ENTRIES, clerk, look, **field)


def test_an_alarm_ends_with_its_last_entry_and_begins_with_its_first(clerk, look):
    at = AuditEntry.objects.get(pk=look).at
    for field in ({"until": at + DAY}, {"since": at - DAY}):
        is_refused(NOT_ITS_ENTRIES, clerk, look, **field)
    alarm = put_alarm(clerk, look)
    with pytest.raises(ProgrammingError, match=NOT_ITS_ENTRIES):
        changed(alarm, until=at + DAY)


def test_an_alarm_begins_open_over_its_line_and_is_due_soon(clerk, look):
    today = timezone.localdate()
    for fields in (
        {"state": "judged", "verdict": "explained"},
        {"state": "inquiry", "verdict": "inquiry"},
        {"allowed": 1},
        {"due_on": today + 23 * DAY},
        {"due_on": today + 3 * DAY},
    ):
        is_refused("begins open", clerk, look, **fields)


def test_no_alarm_takes_the_key_of_the_one_the_sentinel_is_to_raise(clerk, look):
    key = put_alarm(clerk, look).key
    place, number = key.rsplit("/", 1)
    assert number == "1"
    other = make_posting()
    theirs = leave_look(other, make_person().pk, case="")
    is_refused(NOT_ITS_KEY, other, theirs, key=f"{place}/2")
    for forged in (f"{place}/3", f"{place}/2x", f"x{place}/2", "k"):
        is_refused(NOT_ITS_KEY, clerk, look, key=forged)
    assert put_alarm(clerk, look).key == f"{place}/2"


def test_what_an_alarm_counts_never_becomes_less(clerk, look):
    more = leave_look(clerk, make_person().pk, case="")
    ends = AuditEntry.objects.get(pk=more).at
    fields = {"entries": [look, more], "until": ends}
    alarm = put_alarm(clerk, look, measured=2, **fields)
    for fields in (
        {"measured": 1},
        {"until": alarm.since},
        {"since": alarm.until},
        {"entries": [look], "until": alarm.since},
    ):
        with pytest.raises(ProgrammingError, match="only grows"):
            changed(alarm, **fields)


def test_an_alarm_is_of_a_rule_there_is(clerk, look):
    for rule in ("nobodys", "", "Sweep", "sweep/x"):
        is_refused(NO_RULE, clerk, look, rule=rule)
    with connection.cursor() as cursor:
        cursor.execute("select rule, ceiling from audit_rules()")
        known = dict(cursor.fetchall())
    assert known == {one.code: one.ceiling for one in rules()}


def test_the_line_of_an_alarm_is_one_its_rule_can_have(clerk, look):
    crowd = record(
        actor=officer_actor(clerk),
        verb="person.looked_up",
        subjects=[uuid4() for _ in range(70)],
        purpose=DUTY,
    )
    assert put_alarm(clerk, crowd, rule="sweep", allowed=60, measured=61).allowed == 60
    is_refused(NO_RULE, clerk, crowd, rule="sweep", allowed=61, measured=62)
    is_refused(NO_RULE, clerk, crowd, rule="relatives", allowed=1, measured=2)


def looks_at(clerk: Any, *sizes: int, **how: Any) -> dict[str, Any]:
    """The fields of an alarm about looks at so many people each."""
    said = {"actor": officer_actor(clerk), "verb": "person.looked_up", "purpose": DUTY, **how}
    entries = [record(**said, subjects=[uuid4() for _ in range(size)]) for size in sizes]
    moments = AuditEntry.objects.filter(pk__in=entries).order_by("at")
    ends = {"since": moments[0].at, "until": moments[len(sizes) - 1].at}
    return {"entries": entries, **ends}


@pytest.mark.parametrize(
    ("rule", "sizes", "most"),
    [
        ("without_case", [1, 3], 2),
        ("relatives", [2, 2], 2),
        ("searches", [1, 1, 1], 3),
        ("sweep", [1, 3], 4),
        ("exports", [5, 0], 6),
    ],
)
def test_an_alarm_counts_no_more_than_its_entries_show(clerk, rule, sizes, most):
    """A sweep counts people, a file the people in it or one, every other rule its entries."""
    fields = looks_at(clerk, *sizes)
    first = fields["entries"][0]
    for too_many in (most + 1, 2**31 - 1):
        is_refused(NOT_SHOWN, clerk, first, rule=rule, **fields, measured=too_many)
    alarm = put_alarm(clerk, first, rule=rule, **fields, measured=most)
    with pytest.raises(ProgrammingError, match=NOT_SHOWN):
        changed(alarm, measured=most + 1)


def test_one_person_looked_at_twice_is_one_of_a_sweep(clerk):
    person = make_person().pk
    looks = [leave_look(clerk, person, case="") for _ in range(2)]
    fields = {"entries": looks, "until": AuditEntry.objects.get(pk=looks[1]).at}
    is_refused(NOT_SHOWN, clerk, looks[0], rule="sweep", measured=2, **fields)


def test_what_was_only_tried_are_entries_that_were_refused(clerk):
    tried = looks_at(clerk, 1, 1, outcome="refused")
    seen = looks_at(clerk, 1)
    both = {"entries": [*tried["entries"], *seen["entries"]], "since": tried["since"]}
    fields = {**both, "until": seen["until"], "rule": "relatives", "measured": 3}
    is_refused(NOT_SHOWN, clerk, tried["entries"][0], attempts=3, **fields)
    alarm = put_alarm(clerk, tried["entries"][0], attempts=2, **fields)
    with pytest.raises(ProgrammingError, match="only grows"):
        changed(alarm, attempts=1)


def test_an_alarm_was_raised_when_it_was_put_there(clerk, look, monkeypatch):
    """Whatever whoever puts it there says the time is."""
    before, due = timezone.now(), timezone.localdate() + 7 * DAY
    with monkeypatch.context() as long_ago:
        long_ago.setattr(timezone, "now", lambda: before - 90 * DAY)
        alarm = put_alarm(clerk, look, due_on=due)
    assert alarm.raised_at == before - 90 * DAY
    alarm.refresh_from_db()
    assert timedelta(0) <= alarm.raised_at - before < timedelta(minutes=1)


def test_each_rule_counts_its_own_alarms_of_a_day(clerk, look):
    """Another rule's alarm about the same officer takes no number."""
    put_alarm(clerk, look)
    other = put_alarm(clerk, look, rule="sweep")
    assert other.key.rsplit("/", 1)[1] == "1"
    place = other.key.rsplit("/", 1)[0]
    is_refused(NOT_ITS_KEY, clerk, look, rule="sweep", key=f"{place}/3")
    assert put_alarm(clerk, look, rule="sweep").key == f"{place}/2"


def test_no_alarm_without_the_sentinels_own_entry(clerk, look):
    alarm = put_alarm(clerk, look)
    citizen = citizen_actor(make_citizen())
    wrong = [
        None,
        {"actor": Actor.system("another"), "on": alarm},
        {"actor": citizen, "on": alarm},
        {"actor": Actor.system("sentinel"), "on": alarm, "outcome": "refused"},
        {"actor": Actor.system("sentinel"), "on": alarm, "verb": "alarm.judged"},
        {"actor": Actor.system("sentinel"), "on": clerk},
    ]
    for said in wrong:
        with pytest.raises(ProgrammingError, match="no entry of the sentinel"):
            told(clerk, look, said)
    told(clerk, look, {"actor": Actor.system("sentinel"), "on": alarm})


@pytest.mark.django_db(transaction=True)
def test_an_alarm_stays_one_of_the_day_its_key_says():
    """Grown past midnight it would stand under a day that is over, and free that day's number."""
    with transaction.atomic():
        clerk, person = make_posting(), make_person().pk
    evening = timezone.make_aware(datetime.combine(timezone.localdate() - DAY, time(23, 59)))
    looks = [
        leave_look_of_before(clerk, clerk.officer_code, person, evening + minutes * MINUTE)
        for minutes in (0, 2)
    ]
    with transaction.atomic():
        alarm = put_alarm(clerk, looks[0])
    with pytest.raises(ProgrammingError, match=NOT_ITS_KEY):
        changed(alarm, entries=looks, until=evening + 2 * MINUTE)


def told(clerk: Any, look: int, said: dict[str, Any] | None) -> None:
    """Another alarm with this entry, or none, up to the end of the transaction; then undone."""
    before = SentinelAlarm.objects.get()
    with transaction.atomic():
        fields = SentinelAlarm.objects.filter(pk=before.pk).values().get()
        fields |= {"number": None, "key": before.key.removesuffix("1") + "2"}
        forged = SentinelAlarm.objects.create(**fields)
        if said is not None:
            on = forged if said["on"] == before else said["on"]
            record(**{"verb": "alarm.raised", "purpose": DUTY, **said, "on": on})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def looks_into_other_months(at: datetime) -> int:
    """How often this transaction has looked into months of the trail other than that of `at`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)), 0)"
            "  from pg_stat_xact_user_tables"
            " where relname ~ '^audit_(entry|subject)_[0-9]' and right(relname, 7) <> %s",
            [at.astimezone(UTC).strftime("%Y_%m")],
        )
        return int(cursor.fetchone()[0])


def test_an_alarm_is_held_against_the_month_of_its_entries_alone(clerk, look):
    """The trail has seventy-two months and more: none of the others is asked."""
    alarm = put_alarm(clerk, look)
    fields = SentinelAlarm.objects.filter(pk=alarm.pk).values().get()
    fields |= {"number": None, "key": alarm.key.removesuffix("1") + "2"}
    before = looks_into_other_months(alarm.since)
    second = SentinelAlarm.objects.create(**fields)
    assert looks_into_other_months(alarm.since) == before
    record(actor=SENTINEL, verb=RAISED, on=second, purpose=DUTY)


def test_the_sentinel_goes_on_where_alarms_were_put_before_it(clerk):
    """What stands in its way at worst is an alarm about entries there are, which grows."""
    looks = [leave_look(clerk, make_person().pk, case="") for _ in range(11)]
    put_alarm(clerk, looks[0])
    sentinel_reads(looks)
    alarm = SentinelAlarm.objects.get(officer=clerk.officer_code, rule="without_case")
    assert (alarm.entries, alarm.measured) == (looks, 11)
