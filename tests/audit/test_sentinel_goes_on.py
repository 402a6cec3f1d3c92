"""One officer whose entries cannot be counted or judged keeps the sentinel from nobody else's."""

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry, Habit, SentinelAlarm
from audit.selectors import details_of
from audit.sentinel.passed_over import PASSED_OVER, has_passed_over
from audit.sentinel.watch import look_again, watch
from tests.conftest import as_owner, as_sealer
from tests.factories.identity import make_person, make_posting
from tests.factories.sealing import seal_all
from tests.factories.trail import leave_look, leave_look_of_before

pytestmark = pytest.mark.django_db(transaction=True)


def looks(posting, count, *, label=None):
    """Committed looks without a case at so many people, under this code or the officer's own."""
    with transaction.atomic():
        people = [make_person().pk for _ in range(count)]
        if label is None:
            return [leave_look(posting, person, case="") for person in people]
    return [leave_look_of_before(posting, label, person) for person in people]


def seal():
    with as_sealer():
        seal_all()


@pytest.fixture
def clerk():
    with transaction.atomic():
        return make_posting()


@pytest.fixture
def throwaway(clerk):
    """Another account's posting at the same office."""
    with transaction.atomic():
        return make_posting(department=clerk.department)


def test_two_accounts_with_one_code_have_one_day_and_alarms_of_their_own(clerk, throwaway):
    code = clerk.officer_code
    looks(throwaway, 1, label=code)
    own = looks(clerk, 11)
    seal()

    assert watch() > 0

    day = Habit.objects.get(officer=code)
    assert (day.looks, day.persons, day.peak) == (12, 12, 12)
    alarm = SentinelAlarm.objects.get(rule="without_case", officer=code)
    assert (alarm.account, alarm.entries) == (clerk.account_id, own)

    looks(clerk, 1)
    seal()
    watch()
    assert Habit.objects.get(officer=code).looks == 13


def test_an_alarm_grows_by_entries_of_its_own_account_alone(clerk, throwaway):
    code = clerk.officer_code
    forged = looks(throwaway, 11, label=code)
    seal()
    watch()
    own = looks(clerk, 11)
    seal()

    assert watch() > 0

    alarms = SentinelAlarm.objects.filter(rule="without_case", officer=code).order_by("number")
    assert [one.entries for one in alarms] == [forged, own]
    assert [one.key.rsplit("/", 1)[1] for one in alarms] == ["1", "2"]
    more = looks(clerk, 1)
    seal()
    watch()
    assert [one.entries for one in alarms.all()] == [forged, own + more]


def test_who_cannot_be_looked_at_is_passed_over_and_told_and_all_others_are_looked_at(
    clerk, throwaway, caplog
):
    forged = "0/1"  # no key of an alarm can be made of it
    looks(throwaway, 11, label=forged)
    looks(clerk, 11)
    seal()

    assert watch() > 0

    alarms = SentinelAlarm.objects.filter(rule="without_case")
    assert [one.officer for one in alarms] == [clerk.officer_code]
    assert not Habit.objects.filter(officer=forged).exists()
    told = AuditEntry.objects.get(verb=PASSED_OVER)
    with transaction.atomic():
        assert details_of([told])[told] == {"officers": [f"{forged} {throwaway.account_id}"]}
    assert has_passed_over(told.at)
    assert "the sentinel could not look: ProgrammingError (42501)" in caplog.messages
    seal()
    assert watch() > 0
    assert look_again() == 0
    assert AuditEntry.objects.filter(verb=PASSED_OVER).count() == 2


NONE_OF = """
create function test_none() returns trigger language plpgsql as
  $$ begin raise exception 'none of this account' using errcode = 'insufficient_privilege'; end $$;
create trigger test_none before insert on audit_sentinelalarm
  for each row when (new.account = '%s') execute function test_none()
"""


def as_owner_once(statement):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_account_with_ones_code_keeps_the_sentinel_from_none_of_ones_looks(
    clerk, throwaway
):
    code = clerk.officer_code
    looks(throwaway, 11, label=code)
    looks(clerk, 11)
    seal()

    as_owner_once(NONE_OF % throwaway.account_id)
    try:
        watch()
    finally:
        as_owner_once("drop trigger test_none on audit_sentinelalarm; drop function test_none()")

    alarm = SentinelAlarm.objects.get(rule="without_case")
    assert (alarm.officer, alarm.account) == (code, clerk.account_id)
