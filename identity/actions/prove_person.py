"""Finding out who stands behind a citizen's account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work
from identity.actions.mark_households import mark_household
from identity.actions.mark_values import mark_details
from identity.models import (
    Account,
    Assurance,
    Person,
    PersonDetail,
    PersonNumber,
)
from identity.numbers import read_citizen_number
from identity.proving import REGISTER, proof_in_use
from identity.records.transport import SourceUnavailable
from identity.sealed.masks import mask_name
from identity.selectors.numbered import NUMBER_KIND, digest_of_number

PROVEN = "person.proven"


@dataclass(frozen=True, slots=True)
class Proven:
    person: Person


@dataclass(frozen=True, slots=True)
class NotProven:
    """Name and number disagree, or the person has another account: one answer for both."""


@transaction.atomic
def prove_person(*, actor: Actor, name: str, number: str) -> Proven | NotProven:
    """Compare name and number with the population register and tie the person to the account.

    A failure is a result and not an exception, so that its entry in the trail stays.
    """
    account = Account.objects.select_for_update().get(pk=account_at_work(actor))
    if account.kind != Account.Kind.CITIZEN or account.person_id is not None:
        raise Refused(
            code="identity.already_proven",
            message=_("For this account it is settled who you are."),
            next_step=_("Go on to your space."),
        )
    entry = _ask(name, number)
    if not entry:
        return _failed(actor, account)
    person = _tie(actor, account, number, entry)
    if person is None:
        return _failed(actor, account)
    Assurance.objects.create(
        person=person,
        account_id=account.pk,
        level=Assurance.Level.REGISTER,
        source_code=REGISTER,
    )
    record(
        actor=actor,
        verb=PROVEN,
        on=account,
        subjects=[person.pk],
        purpose=Purpose.own(),
    )
    return Proven(person)


def _ask(name: str, number: str) -> Mapping[str, Any]:
    try:
        return proof_in_use().entry_of(name=name, number=number)
    except SourceUnavailable:
        raise Refused(
            code="identity.register_down",
            message=_("The population register does not answer at the moment."),
            next_step=_("Please try again in a few minutes. Nothing you entered was kept."),
            status=503,
        ) from None


def _tie(actor: Actor, account: Account, number: str, entry: Mapping[str, Any]) -> Person | None:
    """The account's person from now on; None if another account has it, or took it just now."""
    try:
        with transaction.atomic():
            person = _find(number) or _make(actor, number, entry)
            if Account.objects.filter(person=person).exists():
                return None
            account.person = person
            account.save(update_fields=["person"])
    except IntegrityError:
        account.person = None
        return None
    return person


def _failed(actor: Actor, account: Account) -> NotProven:
    record(actor=actor, verb="person.not_proven", on=account, outcome="refused")
    return NotProven()


def _find(number: str) -> Person | None:
    digest = digest_of_number(number)
    known = PersonNumber.objects.select_related("person").filter(digest=digest).first()
    return known.person if known else None


def _make(actor: Actor, number: str, entry: Mapping[str, Any]) -> Person:
    read = read_citizen_number(number)
    return make_person(
        actor=actor,
        name=str(entry["person.name"]),
        number=number,
        birth_date=read.birth_date if read else None,
        sex=read.sex if read else "",
        household_address=str(entry.get("person.household_address", "")),
    )


def make_person(
    *,
    actor: Actor,
    name: str,
    number: str,
    birth_date: date | None,
    sex: str,
    household_address: str,
    phone: str | None = None,
) -> Person:
    """A person nobody has met here before: index row, details behind the gate, blind index."""
    person = Person(id=uuid4(), masked_name=mask_name(name))
    person.save(force_insert=True)
    record(actor=actor, verb="person.made", on=person, subjects=[person.pk], purpose=Purpose.own())
    detail = PersonDetail(
        subject_id=person.pk,
        name=name,
        citizen_number=number,
        phone=phone,
        birth_date=birth_date,
        sex=sex,
        household_address=household_address,
    )
    detail.save(force_insert=True)
    PersonNumber.objects.create(digest=digest_of_number(number), person=person, kind=NUMBER_KIND)
    mark_household(person.pk, household_address)
    mark_details(detail)
    return person
