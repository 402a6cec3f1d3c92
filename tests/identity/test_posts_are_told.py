"""A posting begins unconfirmed, and each step of it leaves its entry, whoever writes the row."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.trail import ObjectRef, record
from identity.models import Account, Posting
from tests.conftest import as_owner
from tests.factories.identity import (
    ARRANGING,
    make_department,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

NO_ENTRY, UNCONFIRMED = "no entry of|comes with the entry", "begins unconfirmed"
NOBODYS = "says who entered it"
ENTERED, CONFIRMED, ENDED = "posting.entered", "posting.confirmed", "posting.ended"


@pytest.fixture
def system() -> Actor:
    return officer_actor(make_posting(capacity="sysadmin"))


@pytest.fixture
def security() -> Actor:
    return officer_actor(make_posting(capacity="secadmin"))


def carry_out(write: Callable[[], Posting], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with entries about what was written; then undone."""
    with transaction.atomic():
        written = write()
        for said in entries:
            record(**{"on": written, **said})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_refused(match: str, write: Callable[[], Posting], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=match):
        carry_out(write, *entries)


def is_demanded(write: Callable[[], Posting], verb: str, by: Actor) -> None:
    """Not without the entry, nor with one of somebody else, in this or another post, of another
    thing or act, or refused."""
    said = {"actor": by, "verb": verb}
    is_refused(NO_ENTRY, write)
    for wrong in (
        {"actor": officer_actor(make_posting(capacity="secadmin"))},
        {"actor": officer_actor(make_posting())},
        {"verb": "test.other"},
        {"on": ObjectRef("identity.posting", "0")},
        {"outcome": "refused"},
    ):
        is_refused(NO_ENTRY, write, {**said, **wrong})
    carry_out(write, said)


def new(**fields: Any) -> Callable[[], Posting]:
    values = {
        "account": make_staff(),
        "department": make_department(),
        "officer_code": f"F-{Posting.objects.count()}",
    }
    return lambda: Posting.objects.create(**{**values, "capacity": "clerk", **fields})


def changed(posting: Posting, **fields: Any) -> Callable[[], Posting]:
    def write() -> Posting:
        Posting.objects.filter(pk=posting.pk).update(**fields)
        return posting

    return write


def test_a_posting_needs_the_entry_of_who_entered_it(system):
    is_demanded(new(entered_by_id=system.account_id), ENTERED, system)


def test_nobody_enters_a_posting_without_being_named_a_job_neither(system):
    for by in (ARRANGING, system):
        is_refused(NOBODYS, new(), {"actor": by, "verb": ENTERED})
    is_refused(
        NO_ENTRY, new(entered_by_id=system.account_id), {"actor": ARRANGING, "verb": ENTERED}
    )


@pytest.mark.django_db(transaction=True)
def test_one_that_waited_from_before_is_confirmed_once_somebody_entered_it(system, security):
    waits, by = make_posting(confirmed_at=None), security.account_id
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("alter table identity_posting disable trigger user")
        cursor.execute(
            "update identity_posting set entered_by_id = null where confirmed_at is null"
        )
        cursor.execute("alter table identity_posting enable trigger user")
    write = changed(waits, confirmed_by_id=by, confirmed_at=timezone.now())
    is_refused(NOBODYS, write, {"actor": security, "verb": CONFIRMED})
    is_demanded(changed(waits, entered_by_id=system.account_id), ENTERED, system)


def test_a_posting_begins_unconfirmed(system, security):
    now = timezone.now()
    both = [
        {"actor": who, "verb": verb} for who, verb in ((system, ENTERED), (security, CONFIRMED))
    ]
    for fields in (
        {"confirmed_at": now},
        {"confirmed_by_id": security.account_id},
        {
            "confirmed_at": now,
            "confirmed_by_id": security.account_id,
            "entered_by_id": system.account_id,
        },
    ):
        is_refused(UNCONFIRMED, new(**fields), *both)


def by_the_portal(capacity: str, **fields: Any) -> Callable[[], Posting]:
    """Entered confirmed, by nobody."""
    power = {"sysadmin": "system", "secadmin": "security", "clerk": None}[capacity]
    account = make_staff()
    fields = {"account": account, "confirmed_at": timezone.now(), **fields}
    write = new(capacity=capacity, **fields)

    def with_its_power() -> Posting:
        Account.objects.filter(pk=account.pk).update(administration=power)
        return write()

    return with_its_power


def test_only_the_first_of_each_who_administers_is_entered_confirmed():
    said = {"actor": ARRANGING, "verb": ENTERED}
    is_refused(UNCONFIRMED, by_the_portal("clerk"), said)
    for capacity in ("sysadmin", "secadmin"):
        write = by_the_portal(capacity)
        is_refused(NO_ENTRY, write)
        carry_out(write, said)
        record(on=write(), **said)
        is_refused(UNCONFIRMED, by_the_portal(capacity), said)


@pytest.mark.parametrize("first", ["sysadmin", "secadmin"])
def test_who_held_an_administrators_post_was_the_first_also_once_it_is_over(first):
    """Otherwise whoever ends a posting, or finds one ended, makes themselves an administrator."""
    said, today = {"actor": ARRANGING, "verb": ENTERED}, timezone.localdate()
    days = {"valid_from": today - timedelta(days=9), "valid_to": today - timedelta(days=2)}
    record(on=by_the_portal(first, **days)(), **said)
    assert not Posting.objects.in_force().exists()
    is_refused(UNCONFIRMED, by_the_portal(first), said)
    (other,) = {"sysadmin", "secadmin"} - {first}
    carry_out(by_the_portal(other), said)


def test_a_confirmation_needs_the_entry_of_the_second_account(security):
    waits = make_posting(confirmed_at=None)
    moment = {"confirmed_at": timezone.now()}
    write = changed(waits, confirmed_by_id=security.account_id, **moment)
    is_demanded(write, CONFIRMED, security)
    is_refused(NO_ENTRY, changed(waits, **moment), {"actor": security, "verb": CONFIRMED})


def test_who_entered_it_is_not_rewritten_so_that_one_account_does_both(system):
    waits = make_posting(confirmed_at=None)
    is_demanded(changed(waits, entered_by_id=system.account_id), ENTERED, system)


@pytest.mark.django_db(transaction=True)
def test_the_days_of_a_posting_change_with_an_entry_of_somebody_else_only(system):
    posting, today = make_posting(), timezone.localdate()
    for verb, days in (
        (ENTERED, {"valid_from": today}),
        (ENDED, {"valid_to": today}),
        (ENDED, {"valid_from": today, "valid_to": today + timedelta(days=1)}),
    ):
        is_demanded(changed(posting, **days), verb, system)
        is_refused(NO_ENTRY, changed(posting, **days), {"actor": ARRANGING, "verb": verb})
    own = Posting.objects.get(account=system.account_id)
    is_refused(NO_ENTRY, changed(own, valid_to=today), {"actor": system, "verb": ENDED})
