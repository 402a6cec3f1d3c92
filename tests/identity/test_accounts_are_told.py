"""An officer's account and its power leave entries; nobody is more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record
from identity.models import Account, Posting
from tests.factories.identity import (
    make_citizen,
    make_department,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

MADE, POWER = "no entry of its making", "comes with the entry"


@pytest.fixture
def system() -> Actor:
    return officer_actor(make_posting(capacity="sysadmin"))


def carry_out(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with entries about what was written; then undone."""
    with transaction.atomic():
        written = write()
        for said in entries:
            record(**{"on": written, **said})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_refused(match: str, write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=match):
        carry_out(write, *entries)


@pytest.mark.parametrize("verb", ["table.added", "account.entered"])
def test_an_account_of_an_officer_needs_the_entry_of_its_making(system, verb):
    def write() -> Account:
        return Account.objects.create_user("forged", kind="staff")

    said = {"actor": system, "verb": verb}
    is_refused(MADE, write)
    for wrong in (
        {"actor": officer_actor(make_posting())},
        {"actor": officer_actor(make_posting(capacity="secadmin"))},
        {"verb": "test.other"},
        {"on": ObjectRef("identity.account", "0")},
        {"on": ObjectRef("another.kind", str(system.account_id))},
        {"outcome": "refused"},
    ):
        is_refused(MADE, write, {**said, **wrong})
    carry_out(write, said)
    carry_out(lambda: Account.objects.create_user("citizen"))


@pytest.mark.django_db(transaction=True)
def test_a_power_of_administration_comes_with_the_entry_of_its_posting(system):
    officer = make_staff()

    def raise_account(capacity: str = "supervisor") -> Callable[[], Posting]:
        def write() -> Posting:
            Account.objects.filter(pk=officer.pk).update(administration="audit")
            fields = {"account": officer, "department": make_department(), "officer_code": "F-1"}
            return Posting.objects.create(
                capacity=capacity, entered_by_id=system.account_id, **fields
            )

        return write

    said = {"actor": system, "verb": "posting.entered"}
    is_refused(POWER, raise_account())
    is_refused(POWER, raise_account("clerk"), said)
    is_refused(POWER, raise_account(), {**said, "outcome": "refused"})
    carry_out(raise_account(), said)
    is_refused(f"{POWER}|{MADE}", lambda: make_staff(administration="audit"))


def test_a_power_stays_with_its_account():
    holder = make_posting(capacity="supervisor").account
    for power in (None, "system"):
        with pytest.raises(ProgrammingError, match="stands as"), transaction.atomic():
            Account.objects.filter(pk=holder.pk).update(administration=power)


def test_nobody_is_a_superuser():
    for account in (make_staff(), make_citizen()):
        with pytest.raises(IntegrityError, match="nobody_is_superuser"), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(is_superuser=True)
    with pytest.raises(Refused) as refusal:
        Account.objects.create_superuser("root", "secret")
    assert refusal.value.code == "identity.no_superuser"


def test_no_account_has_rights_of_its_own():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        make_staff().user_permissions.add(1)
