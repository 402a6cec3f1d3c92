"""The database takes no step of a link without its entry, and an account repeats its link only."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.trail import ObjectRef, record
from identity.actions.link_officer import LINKS
from identity.models import Account, OfficerLink
from tests.factories.identity import (
    link,
    make_citizen,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

NO_ENTRY = "no entry of"
NOTHING_ELSE = "says a confirmed link"


@pytest.fixture
def system() -> Actor:
    return officer_actor(make_posting(capacity="sysadmin"))


@pytest.fixture
def security() -> Actor:
    return officer_actor(make_posting(capacity="secadmin"))


def carry_out(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with entries about what was written; then undone."""
    with transaction.atomic():
        write()
        for said in entries:
            record(**{"purpose": LINKS, **said})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_refused(match: str, write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=match):
        carry_out(write, *entries)


def is_demanded(write: Callable[[], Any], verb: str, by: Actor, entered: OfficerLink) -> None:
    """Not without the entry, nor with one of somebody else, of another post, thing or act, one that
    names another citizen, or one refused."""
    on = ObjectRef("identity.account", str(entered.account_id))
    said = {"actor": by, "verb": verb, "on": on, "subjects": [entered.person_id]}
    is_refused(NO_ENTRY, write)
    for wrong in (
        {"actor": officer_actor(make_posting(capacity=by.capacity))},
        {"actor": officer_actor(make_posting())},
        {"verb": "test.other"},
        {"on": ObjectRef("identity.account", "0")},
        {"on": ObjectRef("another.kind", str(entered.account_id))},
        {"subjects": [make_person().pk]},
        {"outcome": "refused"},
    ):
        is_refused(NO_ENTRY, write, {**said, **wrong})
    carry_out(write, said)


def new(by: Actor, **fields: Any) -> OfficerLink:
    values = {"account": make_staff(), "person": make_person(), "entered_by_id": by.account_id}
    return OfficerLink(**{**values, **fields})


def waiting(by: Actor) -> OfficerLink:
    entered = new(by)
    on, named = ObjectRef.of(entered.account), [entered.person_id]
    record(actor=by, verb="officer.linked", on=on, subjects=named, purpose=LINKS)
    entered.save(force_insert=True)
    return entered


def holding() -> OfficerLink:
    officer = make_staff()
    link(officer, make_person())
    return OfficerLink.objects.get(account=officer)


def changed(entered: OfficerLink, whom: Any = ..., **fields: Any) -> Callable[[], None]:
    def write() -> None:
        OfficerLink.objects.filter(pk=entered.pk).update(**fields)
        if whom is not ...:
            Account.objects.filter(pk=entered.account_id).update(private_person=whom)

    return write


def test_a_link_needs_the_entry_of_who_entered_it(system):
    entered = new(system)
    is_demanded(lambda: entered.save(force_insert=True), "officer.linked", system, entered)


def test_a_link_begins_unconfirmed_and_says_who_entered_it(system, security):
    now, by = timezone.now(), security.account_id
    for fields in (
        {"entered_by_id": None},
        {"confirmed_at": now, "confirmed_by_id": by},
        {"confirmed_at": now},
        {"end_asked_by_id": by},
        {"ended_at": now, "ended_by_id": by},
        {"objected_at": now},
    ):
        entered = new(system, **fields)
        is_refused("begins unconfirmed", partial(entered.save, force_insert=True))


def test_each_step_of_a_link_needs_its_entry_by_the_administration_whose_it_is(system, security):
    now, entered, held = timezone.now(), waiting(system), holding()
    by, at = {"confirmed_by_id": security.account_id}, {"confirmed_at": now}
    confirmed = changed(entered, entered.person_id, **by, **at)
    is_demanded(confirmed, "officer.link_confirmed", security, entered)
    for who in (system, security):
        ended = changed(entered, ended_by_id=who.account_id, ended_at=now)
        is_demanded(ended, "officer.link_turned_down", who, entered)
    asked = {"end_asked_by_id": system.account_id, "end_asked_at": now}
    is_demanded(changed(held, **asked), "officer.unlink_asked", system, held)
    on, named = ObjectRef.of(held.account), [held.person_id]
    with transaction.atomic():
        record(actor=system, verb="officer.unlink_asked", on=on, subjects=named, purpose=LINKS)
        changed(held, **asked)()
    ends = {"ended_by_id": security.account_id, "ended_at": now}
    is_demanded(changed(held, None, **ends), "officer.unlinked", security, held)
    kept = {"end_refused_by_id": security.account_id, "end_refused_at": now}
    write = changed(held, end_asked_by=None, end_asked_at=None, **kept)
    is_demanded(write, "officer.unlink_refused", security, held)


def test_no_other_post_takes_a_step_under_its_own_name(system, security):
    now, entered, held = timezone.now(), waiting(system), holding()
    others = [officer_actor(make_posting(capacity=one)) for one in ("clerk", "supervisor")]
    another = officer_actor(make_posting(capacity="sysadmin"))
    asked = {"end_asked_by_id": system.account_id, "end_asked_at": now}
    for by in (*others, another, security):
        mine = by.account_id
        steps = [
            ("officer.link_confirmed", entered, {"confirmed_by_id": mine, "confirmed_at": now}),
            ("officer.unlink_asked", held, {"end_asked_by_id": mine, "end_asked_at": now}),
            ("officer.unlinked", held, {**asked, "ended_by_id": mine, "ended_at": now}),
            ("officer.link_turned_down", entered, {"ended_by_id": mine, "ended_at": now}),
        ]
        own = {another: {1, 3}, security: {0, 2, 3}}.get(by, set())
        for number, (verb, row, fields) in enumerate(steps):
            whom = {0: row.person_id, 2: None}.get(number, ...)
            said = {"verb": verb, "on": ObjectRef.of(row.account), "subjects": [row.person_id]}
            ask = {**said, "actor": system, "verb": "officer.unlink_asked"}
            write, entries = changed(row, whom, **fields), ({**said, "actor": by}, ask)
            if number in own:
                carry_out(write, *entries)
            else:
                is_refused(NO_ENTRY, write, *entries)


def test_only_the_officer_objects(system):
    officer, person = make_posting(), make_person()
    link(officer.account, person)
    held = OfficerLink.objects.get(account=officer.account)
    write = changed(held, objected_at=timezone.now())
    is_demanded(write, "officer.link_objected", officer_actor(officer), held)


def test_an_account_is_whom_its_confirmed_link_says_and_nobody_else(system, security):
    entered, held, nobody = waiting(system), holding(), make_staff()
    for account, person in (
        (nobody.pk, make_person()),
        (entered.account_id, entered.person),
        (held.account_id, None),
        (held.account_id, make_person()),
    ):

        def write(account=account, person=person) -> None:
            Account.objects.filter(pk=account).update(private_person=person)

        on = ObjectRef("identity.account", str(account))
        said = {"verb": "officer.linked", "on": on, "subjects": [entered.person_id]}
        is_refused(NOTHING_ELSE, write, {**said, "actor": system})
    by = {"confirmed_by_id": security.account_id, "confirmed_at": timezone.now()}
    said = {"verb": "officer.link_confirmed", "on": ObjectRef.of(entered.account)}
    named = {"actor": security, "subjects": [entered.person_id]}
    is_refused(NOTHING_ELSE, changed(entered, **by), {**said, **named})
    made = {"actor": system, "verb": "table.added"}

    def make() -> None:
        account = Account.objects.create_user("forged", kind="staff", private_person=make_person())
        record(on=account, **made)

    is_refused(NOTHING_ELSE, make)


def test_one_account_does_not_do_both(system):
    entered, held, now = waiting(system), holding(), timezone.now()
    officer = held.account_id
    for row, fields in (
        (entered, {"confirmed_by_id": system.account_id}),
        (entered, {"confirmed_by_id": entered.account_id}),
        (held, {"ended_by_id": system.account_id, "ended_at": now}),
        (held, {"end_asked_by_id": officer, "ended_by_id": system.account_id, "ended_at": now}),
        (
            held,
            {
                "end_asked_by_id": system.account_id,
                "ended_by_id": system.account_id,
                "ended_at": now,
            },
        ),
    ):
        with pytest.raises(IntegrityError, match="_two"), transaction.atomic():
            changed(row, **fields)()


def test_what_was_said_of_a_link_stands(system):
    held = holding()
    for fields in ({"confirmed_at": None}, {"confirmed_by_id": system.account_id}):
        with pytest.raises(ProgrammingError, match="stands as"), transaction.atomic():
            changed(held, **fields)()
    for fields in ({"person": make_person()}, {"account": make_staff()}, {"entered_by": None}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            changed(held, **fields)()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        held.delete()


def test_a_citizens_account_is_linked_to_nobody(system):
    citizen, person = make_citizen(), make_person()
    with pytest.raises(IntegrityError, match="only_staff"), transaction.atomic():
        Account.objects.filter(pk=citizen.pk).update(private_person=person)
