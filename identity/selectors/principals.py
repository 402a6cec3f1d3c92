"""For whom a citizen can choose to act."""

from dataclasses import dataclass
from uuid import UUID

from audit.kernel.actors import Actor
from identity.models import Mandate, Organisation


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody one may act for: an organisation by name, a person by masked name."""

    subject_id: UUID
    name: str
    is_organisation: bool


def principals_of(actor: Actor) -> list[Principal]:
    """Everybody this citizen may act for besides themselves."""
    if actor.person_id is None:
        return []
    led = Organisation.objects.filter(legal_representative_id=actor.person_id).order_by("name")
    found = {one.pk: Principal(one.pk, one.name, True) for one in led}
    held = Mandate.objects.in_force().filter(holder_id=actor.person_id)
    for mandate in held.select_related("for_person", "for_organisation").order_by("valid_from"):
        if mandate.for_organisation is not None:
            one = mandate.for_organisation
            found.setdefault(one.pk, Principal(one.pk, one.name, True))
        elif mandate.for_person is not None:
            person = mandate.for_person
            found.setdefault(person.pk, Principal(person.pk, person.masked_name, False))
    return list(found.values())
