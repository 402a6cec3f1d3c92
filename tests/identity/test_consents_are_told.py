"""The database takes no consent, no wider one and no end of one without its entry."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.actions.give_consent import give_consent
from identity.actions.withdraw_consent import withdraw_consent
from identity.models import Consent
from tests.demands import at_the_end_of_the_transaction
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
)

pytestmark = pytest.mark.django_db

ITEM = "CN014"
NO_ENTRY = "names its subject"


@pytest.fixture
def li() -> Actor:
    return citizen_actor(make_citizen())


def carry_out(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with entries about what was written; then undone."""
    with at_the_end_of_the_transaction():
        write()
        for said in entries:
            record(**said)


def is_refused(write: Callable[[], Any], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=NO_ENTRY):
        carry_out(write, *entries)


def is_demanded(write: Callable[[], Any], consent: Consent, verb: str, by: Actor) -> None:
    """Not without the entry, nor one of a job or an officer, of another act, thing or person."""
    on, own = ObjectRef.of(consent), Purpose.own()
    said = {"actor": by, "verb": verb, "on": on, "subjects": [consent.subject_id], "purpose": own}
    firm = make_organisation(legal_representative_id=by.person_id)
    is_refused(write)
    for wrong in (
        {"subjects": [firm.pk]},
        {"actor": ARRANGING},
        {"actor": officer_actor(make_posting()), "purpose": Purpose.duty("tables")},
        {"verb": "test.other"},
        {"on": ObjectRef("identity.consent", "0")},
        {"subjects": []},
        {"actor": ARRANGING, "subjects": [make_person().pk]},
        {"outcome": "refused"},
    ):
        is_refused(write, {**said, **wrong})
    carry_out(write, said)


def new(by: Actor, **fields: Any) -> Consent:
    values = {"subject_id": by.person_id, "account_id": by.account_id, "item_code": ITEM}
    return Consent(**{**values, "record_types": ["household"], **fields})


def given(by: Actor) -> Consent:
    return give_consent(
        actor=by, subject_id=by.person_id, item_code=ITEM, record_types=["household"]
    )


def changed(consent: Consent, **fields: Any) -> Callable[[], Any]:
    return lambda: Consent.objects.filter(pk=consent.pk).update(**fields)


def test_a_consent_needs_the_entry_of_who_gave_it(li):
    consent = new(li)
    is_demanded(lambda: consent.save(force_insert=True), consent, "consent.given", li)
    other = citizen_actor(make_citizen())
    named = {"subjects": [other.person_id], "purpose": Purpose.own(), "on": ObjectRef.of(consent)}
    said = {"actor": other, "verb": "consent.given", **named}
    is_refused(lambda: consent.save(force_insert=True), said)


@pytest.mark.django_db(transaction=True)
def test_it_is_widened_and_taken_back_with_an_entry_only():
    with transaction.atomic():
        by = citizen_actor(make_citizen())
        consent = given(by)
    with transaction.atomic():
        wider = changed(consent, record_types=["household", "residence"])
        is_demanded(wider, consent, "consent.given", by)
        ended = changed(consent, withdrawn_at=timezone.now())
        is_demanded(ended, consent, "consent.withdrawn", by)


def test_it_becomes_no_narrower_begins_in_force_and_ends_once(li):
    consent = given(li)
    withdraw_consent(actor=li, consent_id=given(li).pk)
    for write in (
        changed(consent, withdrawn_at=None),
        changed(consent, record_types=["household", "residence"]),
        lambda: new(li, withdrawn_at=timezone.now()).save(force_insert=True),
    ):
        with pytest.raises(ProgrammingError, match="stands as"), transaction.atomic():
            write()
    again = given(li)
    with pytest.raises(ProgrammingError, match="stands as"), transaction.atomic():
        changed(again, record_types=[])()


def test_whose_it_is_and_what_for_stand_and_none_is_deleted(li):
    consent = given(li)
    for write in (
        changed(consent, subject_id=make_person().pk),
        changed(consent, item_code="CN001"),
        consent.delete,
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            write()
