"""Names for the ids of the trail, and ids for what a supervisor types."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from applications.models import Application, Outcome
from audit.models import AuditEntry
from audit.selectors import KnownCase
from audit.trail import ObjectRef
from catalog.models import Department
from identity.models import Organisation, Person, PersonNumber
from identity.numbers import read_citizen_number
from identity.sealed.index import blind_index
from portal.desk.trail_details import details_in_words
from portal.desk.trail_words import (
    VERBS,
    actor_in_words,
    capacity_in_words,
    kind_in_words,
    purpose_in_words,
    verb_in_words,
)

CITIZEN_NUMBER = "citizen"


class PortalDirectory:
    """The directory the pages of the trail ask (see `audit.selectors.Directory`)."""

    def names(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        persons = Person.objects.filter(pk__in=subjects).values_list("pk", "masked_name")
        organisations = Organisation.objects.filter(pk__in=subjects).values_list("pk", "name")
        return {**dict(persons), **dict(organisations)}

    def find_person(self, number: str) -> UUID | None:
        return person_of_number(number)

    def is_number(self, typed: str) -> bool:
        return read_citizen_number(typed) is not None

    def find_case(self, reference: str) -> KnownCase | None:
        application = Application.objects.filter(reference=reference).first()
        if application is None:
            return None
        letters = Outcome.objects.filter(application=application)
        return KnownCase(
            target=ObjectRef.of(application),
            subjects=application.subjects,
            parts=tuple(ObjectRef.of(letter) for letter in letters),
        )

    def departments(self, codes: Collection[str]) -> Mapping[str, str]:
        rows = Department.objects.filter(code__in=codes)
        return {department.code: department.display_name for department in rows}

    def verbs(self) -> Mapping[str, str]:
        return {verb: str(words) for verb, words in VERBS.items()}

    def verb(self, verb: str) -> str:
        return verb_in_words(verb)

    def capacity(self, capacity: str) -> str:
        return capacity_in_words(capacity)

    def purpose(self, kind: str, code: str) -> str:
        return purpose_in_words(kind, code)

    def kind(self, object_kind: str) -> str:
        return kind_in_words(object_kind)

    def actor(self, label: str, capacity: str) -> str:
        return actor_in_words(label, capacity)

    def details(self, found: Mapping[AuditEntry, Mapping[str, Any]]) -> Mapping[int, str]:
        return details_in_words(found)


def person_of_number(number: str) -> UUID | None:
    """The person of an identity number; None for numbers nobody has, and for what is none."""
    if read_citizen_number(number) is None:
        return None
    digest = blind_index(CITIZEN_NUMBER, number)
    found = PersonNumber.objects.filter(digest=digest).values_list("person_id", flat=True)
    return found.first()
