"""A supervisor opens a hold: whom it concerns and why."""

from dataclasses import dataclass

from django.db import transaction

from audit.kernel.actors import Actor
from identity.actions.ask_hold import record_hold
from identity.models import DisclosureHold, HoldReason, Organisation, Person
from identity.selectors.holds import get_hold_before


@dataclass(frozen=True, slots=True)
class HoldFile:
    """One hold as a supervisor reads it; the person by the masked name."""

    hold: DisclosureHold
    name: str
    words: str


@transaction.atomic
def open_hold(*, actor: Actor, reference: str) -> HoldFile:
    """Recorded; what the person sees of it is held back as the looks are."""
    hold = get_hold_before(actor, reference)
    record_hold(actor, "hold.viewed", hold)
    person = Person.objects.filter(pk=hold.subject_id).first()
    firm = Organisation.objects.filter(pk=hold.subject_id).first() if person is None else None
    name = person.masked_name if person else firm.name if firm else ""
    return HoldFile(hold, name, HoldReason.objects.get(pk=hold.pk).words)
