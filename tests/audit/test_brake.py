"""How long sealing may stand still is the owner's to set, a day at most, and never in silence."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.trail import Door, try_the_door
from portal.health.alarms import raised_by
from portal.health.checks import TOLD_FOR, look
from tests.audit.test_openings import stand_still
from tests.audit.test_sealing_stuck import nobody_sealed_for
from tests.conftest import as_owner, as_role, switch_triggers
from tests.factories.identity import make_posting, sign_in
from tests.factories.room import TRAIL
from tests.factories.sealing import sealed

pytestmark = pytest.mark.django_db(transaction=True)

DAY = "audit_policy_stands_a_day_at_most"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def four_hours_again():
    """The row stays from test to test."""
    yield
    unsaid("4 hours")


def unsaid(span: str) -> None:
    """As the owner does it who has switched off what would tell, and what would refuse."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(
            f"select pg_get_constraintdef(oid) from pg_constraint where conname = '{DAY}'"
        )
        as_made = cursor.fetchone()[0].removesuffix(" NOT VALID")
        cursor.execute(f"alter table audit_policy drop constraint {DAY}")
        cursor.execute("update audit_policy set seal_may_stand = %s", [span])
        cursor.execute(f"alter table audit_policy add constraint {DAY} {as_made} not valid")
        switch_triggers(cursor, "enable")


def alarms() -> dict[str, str]:
    with translation.override("en"):
        return {alarm.code: str(alarm.says) for alarm in raised_by(look())}


def test_a_change_is_an_entry_and_an_alarm_for_two_days():
    assert "trail.may_stand_set" not in alarms()
    stand_still("2 hours")
    entry = AuditEntry.objects.get(verb="trail.may_stand_set")
    assert (entry.actor_label, entry.capacity, entry.object_id) == ("database", "system", "7200")
    assert alarms()["trail.may_stand_set"] == (
        "Somebody has set how long sealing may stand still before nobody's data is shown:"
        " 2\xa0hours now."
    )
    assert look().state == "ready, but the trail or its safeguards are not as they should be"
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute("update audit_entry set at = %s", [timezone.now() - TOLD_FOR])
        switch_triggers(cursor, "enable")
    assert "trail.may_stand_set" not in alarms()


def test_what_is_set_to_what_it_was_is_no_change():
    stand_still("4 hours")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("span", ["1 year", "24 hours 1 second", "-1 second"])
def test_more_than_a_day_is_refused(span):
    with pytest.raises(DatabaseError, match=DAY):
        stand_still(span)


@pytest.mark.parametrize(("ago", "door"), [(23, Door.OPEN), (25, Door.NOT_SEALED)])
def test_whatever_stands_there_a_day_is_the_longest(ago, door):
    unsaid("1 year")
    nobody_sealed_for(timedelta(hours=ago))
    assert try_the_door(Actor.system("test")) is door


@pytest.mark.parametrize("statement", ["delete from audit_policy", "truncate audit_policy"])
def test_not_even_the_owner_takes_the_row_away_by_mistake(statement):
    with as_owner(), pytest.raises(DatabaseError, match="append-only"):
        connection.cursor().execute(statement)


@pytest.mark.parametrize("role", ["DATABASE_URL", "DATABASE_SEALER_URL"])
def test_nobody_else_sets_it(role):
    with as_role(role), pytest.raises(DatabaseError, match="permission denied"):
        connection.cursor().execute("update audit_policy set seal_may_stand = '1 hour'")


def test_the_page_of_the_seal_says_what_holds(client):
    with transaction.atomic():
        supervisor = make_posting(capacity="supervisor")
    sign_in(client, supervisor.account)
    sealed(1)
    unsaid("90 minutes")
    page = client.get(f"{TRAIL}seal/", headers=ENGLISH).content.decode()
    assert "1.5 h" in page
