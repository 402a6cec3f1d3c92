"""The household register."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from identity.records.registry import EntryConnector, RecordSubject, connectors
from identity.records.transport import SourceUnavailable


@connectors.register("household")
class HouseholdRegister(EntryConnector):
    """The public security bureau's register of residents and households."""

    fields = {
        "person.name": "name",
        "person.citizen_number": "number",
        "person.sex": "sex",
        "person.birth_date": "born",
        "person.age": "born",
        "person.household_address": "address",
    }

    def fetch(self, subject: RecordSubject, elements: Collection[str]) -> Mapping[str, Any]:
        facts = dict(super().fetch(subject, elements))
        if "person.age" in facts:
            facts["person.age"] = _age(str(facts["person.age"]), timezone.localdate())
        return facts


def _age(born: str, today: date) -> int:
    try:
        birth = date.fromisoformat(born)
    except ValueError:
        raise SourceUnavailable("a date of birth that is no date") from None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
