"""The sealed trail as a stream: in order, exactly once, whoever reads and whatever breaks."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError, ProgrammingError
from django.utils import timezone

from audit.models import AuditEntry, Habit, SentinelAlarm, WatchCursor
from audit.sentinel.stream import read_round
from audit.sentinel.watch import (
    GAP_FOUND,
    look_again,
    was_kept_from_reading,
    watch,
    watch_once,
)
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.identity import make_person, make_posting
from tests.factories.looks import make_look
from tests.factories.sealing import seal_all
from tests.factories.trail import leave_look

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 100


def looks(posting, count, *, case="YB-2026-AAAA-BBBB"):
    """Committed looks of this officer at so many people."""
    with transaction.atomic():
        people = [make_person().pk for _ in range(count)]
        return [leave_look(posting, person, case=case) for person in people]


def seal():
    with as_sealer():
        seal_all()


def read_all(at_most):
    """Round after round until nothing waits."""
    rounds = []
    for _ in range(PATIENCE):
        with transaction.atomic():
            taken = read_round(at_most)
        if taken is None:
            return rounds
        rounds.append(taken)
    raise AssertionError("the stream has no end")


def test_every_sealed_entry_is_read_once_and_in_the_order_of_the_passes():
    posting = make_posting()
    looks(posting, 3)
    seal()
    looks(posting, 2)
    seal()

    rounds = read_all(at_most=1)

    with connection.cursor() as cursor:
        cursor.execute("select entries from audit_pass order by epoch, first_leaf")
        passes = [row[0] for row in cursor.fetchall()]
    assert [one.entries for one in rounds] == passes
    assert len(passes) > 1
    read = [entry for one in rounds for entry in one.entries]
    assert sorted(read) == sorted(AuditEntry.objects.values_list("pk", flat=True))
    for one in rounds:
        moments = AuditEntry.objects.filter(pk__in=one.entries).values_list("at", flat=True)
        assert (one.earliest, one.latest) == (min(moments), max(moments))
    assert read_all(at_most=1) == []


def test_several_passes_make_one_round_and_none_is_divided():
    posting = make_posting()
    for _ in range(3):
        looks(posting, 2)
        seal()
    total = AuditEntry.objects.count()

    rounds = read_all(at_most=total)

    assert sum(len(one.entries) for one in rounds) == total
    assert len(rounds) == 1


def test_what_is_not_sealed_yet_is_not_read():
    posting = make_posting()
    looks(posting, 2)
    seal()
    read_all(at_most=100)
    later = looks(posting, 1)

    assert read_all(at_most=100) == []
    seal()
    read = [entry for one in read_all(at_most=100) for entry in one.entries]
    assert set(later) <= set(read)


def test_while_one_worker_reads_another_goes_away_empty():
    posting = make_posting()
    looks(posting, 1)
    seal()
    WatchCursor.objects.create(pk=1)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("select * from audit_watchcursor where id = 1 for update")
            assert watch_once() is None
            assert not Habit.objects.exists()
            other.rollback()
        assert watch_once() is not None
        assert Habit.objects.filter(officer=posting.officer_code).count() == 1
    finally:
        other.close()


def as_owner_once(statement):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


NO_ROOM = """
create function test_raise() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
create trigger test_raise before insert on audit_sentinelalarm
  for each statement execute function test_raise()
"""


def test_a_round_that_breaks_leaves_nothing_and_is_read_again():
    posting = make_posting()
    looks(posting, 14, case="")
    seal()

    as_owner_once(NO_ROOM)
    try:
        with pytest.raises(OperationalError, match="could not extend file"):
            watch()
    finally:
        as_owner_once("drop trigger test_raise on audit_sentinelalarm; drop function test_raise()")
    assert not Habit.objects.exists()
    assert not WatchCursor.objects.exists()

    assert watch() > 0
    assert Habit.objects.get(officer=posting.officer_code).without_case == 14
    assert SentinelAlarm.objects.filter(rule="without_case").count() == 1
    assert watch() == 0
    assert Habit.objects.get(officer=posting.officer_code).without_case == 14


def test_habits_stay_exact_over_many_rounds_and_a_person_seen_twice_counts_once():
    posting = make_posting()
    person = make_committed_person()
    for _ in range(3):
        with transaction.atomic():
            leave_look(posting, person)
        looks(posting, 1)
        seal()
        watch()

    day = Habit.objects.get(officer=posting.officer_code)
    assert (day.looks, day.persons, day.acts, day.without_case) == (6, 4, 0, 0)
    assert (day.department, day.capacity) == (posting.department.code, "clerk")
    assert day.peak == 4


def make_committed_person():
    with transaction.atomic():
        return make_person().pk


def test_an_entry_of_the_portal_itself_and_of_citizens_makes_no_habit():
    with transaction.atomic():
        make_person()
    seal()
    assert watch() > 0
    assert not Habit.objects.exists()


OLD = """
select audit_make_room(current_date - 20, current_date);
with written as (
  insert into audit_entry(at, actor, actor_label, capacity, department, region, sign_in, verb,
                          object_kind, object_id, purpose_kind, purpose, outcome, request_id)
  select now() - interval '10 days' + n * interval '1 second', %s, %s, 'clerk', 'D', '', '',
         'person.looked_up', '', '', 'reason', 'walk_in', 'done', ''
    from generate_series(1, 30) n returning id, at)
insert into audit_subject(entry_id, subject, at) select id, gen_random_uuid(), at from written
"""


def test_looks_of_long_ago_that_are_read_late_make_habits_and_no_alarm():
    posting = make_posting()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(OLD, [str(posting.account_id), posting.officer_code])
    everything = AuditEntry.objects.count()
    seal()

    assert watch() == everything > 30
    assert Habit.objects.get(officer=posting.officer_code).without_case == 30
    assert not SentinelAlarm.objects.exists()


def yesterday(entries):
    """As if these looks had been a day ago; the owner moves them."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for table, key in (("subject", "entry_id"), ("entry", "id")):
            cursor.execute(
                f"update audit_{table} set at = at - interval '1 day' where {key} = any(%s)",
                [entries],
            )
        switch_triggers(cursor, "enable")


def skip_all():
    """What whoever holds the application's role can do: move the place past everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_watchcursor(id, epoch, next_leaf) values (1, 0, 0)"
            " on conflict do nothing;"
            " update audit_watchcursor set (epoch, next_leaf) = (select epoch, first_leaf + size"
            " from audit_pass order by epoch desc, first_leaf desc limit 1)"
        )


def gaps():
    return list(AuditEntry.objects.filter(verb=GAP_FOUND).values_list("object_id", flat=True))


def test_what_the_sentinel_was_kept_from_reading_is_found_judged_and_told():
    posting = make_posting()
    entries = looks(posting, 14, case="")
    yesterday(entries)
    seal()
    skip_all()
    assert watch() == 0
    assert not SentinelAlarm.objects.exists()

    assert look_again() == 1

    assert Habit.objects.get(officer=posting.officer_code).looks == 14
    assert SentinelAlarm.objects.filter(officer=posting.officer_code, rule="without_case").exists()
    assert gaps() == ["gap"]
    assert was_kept_from_reading(timezone.now() - timedelta(minutes=1))
    assert look_again() == 0
    assert gaps() == ["gap"]


def test_a_second_look_at_what_was_read_finds_nothing_and_adds_nothing():
    posting = make_posting()
    yesterday(looks(posting, 14, case=""))
    looks(posting, 14, case="")
    seal()
    watch()
    alarms = list(SentinelAlarm.objects.order_by("number").values())
    looks(posting, 1, case="")
    seal()

    assert look_again() == 0

    assert gaps() == []
    assert list(SentinelAlarm.objects.order_by("number").values())[: len(alarms)] != []
    assert SentinelAlarm.objects.count() == len(alarms)


def test_a_day_that_was_counted_larger_before_stays_so_and_is_no_gap():
    """What is one look can have been counted otherwise, such as a value shown before its page."""
    with transaction.atomic():
        posting, person = make_posting(), make_person()
        page, value = (
            make_look(posting, person.pk, verb=verb).pk for verb in ("x.viewed", "value.revealed")
        )
    yesterday([page, value])
    seal()
    skip_all()
    put_day(posting, looks=2, persons=1, peak=1)

    assert look_again() == 0

    assert gaps() == []
    assert figures(posting) == (2, 1, 0)


@pytest.mark.parametrize("fewer", [{"looks": 2, "persons": 3}, {"looks": 3, "persons": 2}])
def test_a_day_that_was_counted_smaller_before_grows_and_is_a_gap(fewer):
    posting = make_posting()
    yesterday(looks(posting, 3))
    seal()
    skip_all()
    put_day(posting, **fewer)

    assert look_again() == 1

    assert figures(posting) == (3, 3, 0)


def put_day(posting, **counts):
    Habit.objects.create(
        officer=posting.officer_code,
        department=posting.department.code,
        capacity=posting.capacity,
        day=timezone.localdate() - timedelta(days=1),
        **counts,
    )


def figures(posting):
    day = Habit.objects.get(officer=posting.officer_code)
    return day.looks, day.persons, day.acts


def test_a_stream_that_is_a_day_behind_is_read_first_and_is_no_gap():
    yesterday(looks(make_posting(), 3))
    seal()

    assert look_again() == 0
    assert gaps() == []
    assert not Habit.objects.exists()
    watch()
    assert look_again() == 0


@pytest.mark.parametrize(
    "move",
    [
        "next_leaf = next_leaf + 1000000",
        "epoch = 7",
        "next_leaf = next_leaf - 1",
        "next_leaf = 0",
        "epoch = 0",
    ],
)
def test_the_place_in_the_stream_only_goes_on_from_pass_to_pass(move):
    looks(make_posting(), 2)
    seal()
    skip_all()
    with (
        pytest.raises(ProgrammingError, match="goes on, from pass to pass"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update audit_watchcursor set {move}")


def test_the_place_in_the_stream_begins_at_the_beginning():
    with pytest.raises(ProgrammingError, match="begins at the beginning"), transaction.atomic():
        WatchCursor.objects.create(pk=1, epoch=1, next_leaf=5)
