"""A supervisor opens an order to erase: whose words, which ones, and what still needs them."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from audit.keeping.affected import Affected, affected_by, takes_nothing
from audit.keeping.away import months_away_of
from audit.keeping.erasing import Done, how_carried_out
from audit.keeping.months import Month
from audit.kernel.actors import Actor
from identity.models import Organisation, Person
from portal.erasures.models import ErasureReason
from portal.erasures.needed import Need, still_needed
from portal.erasures.selectors import (
    Standing,
    get_order_before,
    record_order,
    standing_of,
    words_against,
)


@dataclass(frozen=True, slots=True)
class ErasureFile:
    """One order as a supervisor reads it; the person by the masked name.

    `is_empty`: there are no such words. `against`: why it was turned down. `done`: when and by whom
    it was carried out, or None.
    """

    standing: Standing
    name: str
    words: str
    affected: list[Affected]
    needs: list[Need]
    is_empty: bool
    away: list[Month]
    against: str
    done: Done | None


@transaction.atomic
def open_erasure(*, actor: Actor, number: str) -> ErasureFile:
    """Recorded before anything is read; the words themselves are never shown."""
    order = get_order_before(actor, number)
    record_order(actor, "erasure.viewed", order.erasure)
    (standing,) = standing_of([order])
    return ErasureFile(
        standing,
        name_of(order.subject_id),
        ErasureReason.objects.get(pk=order.pk).words,
        affected_by(order.erasure),
        still_needed(order.erasure, actor) if standing.waits or standing.is_ready else [],
        takes_nothing(order.erasure),
        months_away_of(order.erasure),
        words_against(order),
        how_carried_out(order.number),
    )


def name_of(subject_id: UUID) -> str:
    """The masked name of a person, the name of a firm; neither is gated."""
    person = Person.objects.filter(pk=subject_id).first()
    if person is not None:
        return person.masked_name
    firm = Organisation.objects.filter(pk=subject_id).first()
    return firm.name if firm else ""
