"""A supervisor opens a hold: whom it concerns and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor
from identity.actions.ask_hold import record_hold
from identity.models import DisclosureHold, HoldReason, Organisation, Person
from identity.selectors.holds import get_hold_before, words_against
from identity.selectors.reach_of_holds import told_until


@dataclass(frozen=True, slots=True)
class HoldFile:
    """One hold as a supervisor reads it; the person by the masked name.

    `told_until`: looks up to then stay visible, by what is known now if it waits to be confirmed.
    `against`: why it was turned down.
    """

    hold: DisclosureHold
    name: str
    words: str
    told_until: datetime | None
    against: str


@transaction.atomic
def open_hold(*, actor: Actor, reference: str) -> HoldFile:
    """Recorded; what the person sees of it is held back as the looks are."""
    hold = get_hold_before(actor, reference)
    record_hold(actor, "hold.viewed", hold)
    person = Person.objects.filter(pk=hold.subject_id).first()
    firm = Organisation.objects.filter(pk=hold.subject_id).first() if person is None else None
    name = person.masked_name if person else firm.name if firm else ""
    return HoldFile(
        hold=hold,
        name=name,
        words=HoldReason.objects.get(pk=hold.pk).words,
        told_until=hold.told_until if hold.confirmed_at else told_until(hold, timezone.now()),
        against=words_against(hold),
    )
