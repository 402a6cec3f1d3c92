"""Entries that wait for the seal stop all views in the end, whatever heads are signed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.room.seal_state import seal_state
from audit.sealing import sealer
from audit.sealing.places import reached_age, waiting_age
from audit.sealing.sealer import seal
from audit.trail import record
from portal.health.alarms import raised_by
from portal.health.checks import look
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.identity import (
    make_post_of,
    make_posting,
    sign_in,
)
from tests.factories.room import TRAIL, text
from tests.factories.sealing import KEY, seal_all, sealed, write

pytestmark = pytest.mark.django_db(transaction=True)

CLERK = Actor(
    account_id=uuid4(),
    label="GA-0417",
    capacity=Capacity.CLERK,
    department_code="D-0417",
    region_code="511602000000",
)
DUTY = Purpose.duty("supervision")


@pytest.fixture(autouse=True)
def clerk(db):
    """The posting the clerk of these tests acts in."""
    return make_post_of(CLERK)


@contextmanager
def transaction_held_open() -> Iterator[None]:
    """Somebody else's, with a number of its own: whatever comes later waits for its end."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()")
            yield
            other.rollback()
    finally:
        other.close()


def entry_of(ago: timedelta) -> None:
    """An entry written so long ago and not sealed since."""
    write(1)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room((now() - %s)::date, current_date)", [ago])
        switch_triggers(cursor, "disable")
        cursor.execute(
            "update audit_entry set at = at - %s where id = (select max(id) from audit_entry)",
            [ago],
        )
        switch_triggers(cursor, "enable")


def nobody_sealed_for(ago: timedelta) -> None:
    """As it is when no pass of the sealer has noted anything for so long."""
    with as_owner():
        connection.cursor().execute("update audit_reached set at = now() - %s", [ago])


def look_at_somebody() -> int:
    with transaction.atomic():
        return record(actor=CLERK, verb="person.viewed", subjects=[uuid4()], purpose=DUTY)


def is_stopped() -> bool:
    """Whether a look is refused because of the seal."""
    try:
        look_at_somebody()
    except Refused as refusal:
        return (refusal.code, refusal.status) == ("trail.not_sealed", 503)
    return False


def alarms() -> set[str]:
    return {alarm.code for alarm in raised_by(look())}


def test_heads_that_keep_coming_do_not_keep_the_views_open(monkeypatch):
    monkeypatch.setattr(sealer, "HEARTBEAT", timedelta(0))
    sealed(2)
    with transaction_held_open():
        entry_of(timedelta(hours=5))
        with as_sealer():
            passes = [seal(KEY) for _ in range(3)]

        assert [(one.entries, one.head is not None) for one in passes] == [(0, True)] * 3
        assert is_stopped()
        assert {"trail.too_long_unsealed", "trail.not_sealed"} <= alarms()
        with transaction.atomic():
            assert record(actor=CLERK, verb="session.opened")
    with as_sealer():
        seal_all()
    assert not is_stopped()
    assert alarms().isdisjoint({"trail.too_long_unsealed", "trail.not_sealed"})


def test_entries_that_wait_less_than_four_hours_stop_nobody_yet():
    sealed(1)
    with transaction_held_open():
        entry_of(timedelta(hours=3, minutes=59))
        with as_sealer():
            seal(KEY)
        assert not is_stopped()
        assert "trail.not_sealed" in alarms()


def test_a_sealer_that_stands_still_stops_the_views_although_nothing_waits():
    sealed(1)
    nobody_sealed_for(timedelta(hours=4))
    assert is_stopped()
    assert "trail.too_long_unsealed" in alarms()
    with as_sealer():
        seal(KEY)
    assert not is_stopped()


def test_a_backlog_opens_the_views_only_when_its_oldest_part_is_sealed():
    sealed(1)
    entry_of(timedelta(hours=6))
    entry_of(timedelta(hours=5))
    nobody_sealed_for(timedelta(hours=6))
    with as_sealer():
        passes = seal_all(at_most=1)
    assert passes == [1, 1]
    assert not is_stopped()


def test_what_is_noted_is_since_when_entries_wait():
    sealed(1)
    assert reached_age() < 60
    with transaction_held_open():
        entry_of(timedelta(minutes=90))
        with as_sealer():
            seal(KEY)
        assert 5400 <= reached_age() < 5460
        assert 5400 <= (waiting_age() or 0) < 5460
    with as_sealer():
        seal_all()
    assert waiting_age() is None
    assert reached_age() < 60


def test_the_room_says_that_entries_wait_although_the_newest_seal_is_young(client):
    with transaction.atomic():
        supervisor = make_posting(capacity="supervisor")
    sign_in(client, supervisor.account)
    sealed(1)
    with transaction_held_open():
        entry_of(timedelta(minutes=90))
        with as_sealer():
            seal(KEY)
        assert (seal_state().holds_back, seal_state().minutes_behind) == (True, 90)
        assert "现在留痕没有在封存" in text(client.get(TRAIL))
        assert "已经等了90分钟" in text(client.get(f"{TRAIL}seal/"))
