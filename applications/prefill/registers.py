"""Which registers a form would ask, about whom, and for which of its questions."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from applications.models import Application
from catalog.models import DataElement
from catalog.schema.definition import Definition
from identity.models import RecordSource
from identity.records.fetch import sources_for

ORGANISATION = Application.SubjectKind.ORGANISATION


@dataclass(frozen=True, slots=True)
class Asked:
    """One register that would be asked: about whom, and for which elements."""

    source: RecordSource
    about: UUID
    elements: tuple[str, ...]


def registers_for(application: Application, definition: Definition) -> list[Asked]:
    """The registers that know something this form needs.

    A firm's case asks the firm's registers first, and for what they do not keep (the name of the
    person who acts, for example) the registers about the applicant.
    """
    wanted = definition.elements() | _proofs(definition)
    if application.subject_kind != ORGANISATION:
        return _asked(wanted, "person", application.subject_id)
    found = _asked(wanted, "organisation", application.subject_id)
    left = wanted - {name for asked in found for name in asked.elements}
    return found + _asked(left, "person", application.applicant_id)


def elements_of(source_codes: Collection[str], asked: list[Asked]) -> set[str]:
    """What these registers were asked for."""
    return {name for one in asked if one.source.code in source_codes for name in one.elements}


def _asked(elements: set[str], about: str, subject_id: UUID) -> list[Asked]:
    return [
        Asked(source, subject_id, tuple(names)) for source, names in sources_for(elements, about)
    ]


def _proofs(definition: Definition) -> set[str]:
    """One element for each register that only stands in for a document."""
    types = {material.proven_by for material in definition.materials if material.proven_by}
    needed = DataElement.objects.filter(code__in=definition.elements())
    types -= set(needed.values_list("record_type", flat=True))
    first: dict[str, str] = {}
    for element in DataElement.objects.filter(record_type__in=types).order_by("pk"):
        first.setdefault(element.record_type, element.code)
    return set(first.values())
