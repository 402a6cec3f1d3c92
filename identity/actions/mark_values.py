"""Keeping by which values people are known, so that whoever follows a leak finds them again."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from audit.leaks.values import Value, ValueKind, words_of
from identity.models import PersonDetail, ValueMark
from identity.sealed.index import blind_index


def value_digest(value: Value) -> bytes:
    """The digest under which a value of this kind is found, however it was typed."""
    return blind_index(f"value:{value.kind}", words_of(value.text))


def mark_values(subject_id: UUID, values: Iterable[Value]) -> None:
    """Keep the keyed digests of values in the data of a person or an organisation. Their entry
    comes first; keeping one twice changes nothing, and one that is no longer true stays: it may
    have come out while it was."""
    ValueMark.objects.bulk_create(
        [
            ValueMark(digest=value_digest(value), subject_id=subject_id)
            for value in dict.fromkeys(values)
            if value.text.strip()
        ],
        ignore_conflicts=True,
    )


def mark_details(detail: PersonDetail) -> None:
    """The same for what a person is called and where they are registered."""
    mark_values(detail.pk, _values_of(detail))


def _values_of(detail: PersonDetail) -> Iterator[Value]:
    yield Value(ValueKind.WORDS, detail.name)
    yield Value(ValueKind.ADDRESS, detail.household_address)
    yield Value(ValueKind.COVERED, str(detail.citizen_number))
    if detail.birth_date:
        yield Value(ValueKind.DAY, detail.birth_date.isoformat())
    if detail.phone:
        yield Value(ValueKind.COVERED, str(detail.phone))
        yield Value(ValueKind.FIGURES, detail.phone.open_unrecorded())
