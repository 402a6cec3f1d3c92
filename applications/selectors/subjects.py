"""For whom somebody can ask for an item: themselves, their firm, whoever they act for."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from applications.models import Application
from audit.kernel.actors import Actor
from catalog.schema.definition import Definition
from identity.models import Organisation, Person

PERSON = Application.SubjectKind.PERSON
ORGANISATION = Application.SubjectKind.ORGANISATION


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or organisation a case can be about; `label` is the name lists may show."""

    id: UUID
    kind: str
    label: str


def possible_subjects(actor: Actor, definition: Definition) -> list[Subject]:
    """Who may be the subject of a case of this item, as the actor acts now. Empty: nobody."""
    if actor.on_behalf_of is not None:
        return _principal(actor.on_behalf_of, definition)
    if actor.person_id is None:
        return []
    found = []
    if PERSON in definition.audience:
        found += _persons(actor.person_id)
    if ORGANISATION in definition.audience:
        found += _organisations(Organisation.objects.filter(legal_representative=actor.person_id))
    return found


def _principal(principal: UUID, definition: Definition) -> list[Subject]:
    """Acting for somebody, only for them."""
    found = []
    if PERSON in definition.audience:
        found += _persons(principal)
    if ORGANISATION in definition.audience:
        found += _organisations(Organisation.objects.filter(pk=principal))
    return found


def _persons(person_id: UUID) -> list[Subject]:
    return [
        Subject(person.pk, PERSON, person.masked_name)
        for person in Person.objects.filter(pk=person_id)
    ]


def _organisations(rows: QuerySet[Organisation]) -> list[Subject]:
    return [Subject(row.pk, ORGANISATION, row.name) for row in rows.order_by("name")]
