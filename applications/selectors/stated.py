"""What officers found out for a case: fact, value, evidence, author, time. Read after record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from applications.compliance.stated import FACT, FactKind, kind_of_fact
from applications.models import Rule
from catalog.schema.definition import Definition


@dataclass(frozen=True, slots=True)
class Word:
    """One statement of a fact. `on` is its day where the moment was not kept."""

    value: str
    evidence: str
    by: str
    at: datetime | None
    on: date | None


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact an officer stated, and what was stated about it before."""

    field: str
    name: str
    word: Word
    before: tuple[Word, ...]


def stated_facts(
    values: Mapping[str, Mapping[str, Any]], definition: Definition, rules: Sequence[Rule]
) -> tuple[StatedFact, ...]:
    """By name."""
    facts = []
    for key, entry in values.items():
        if key.startswith(FACT):
            kind = kind_of_fact(key.removeprefix(FACT), definition, rules)
            before = tuple(_word(kind, one) for one in entry.get("before", ()))
            facts.append(StatedFact(kind.field, kind.words, _word(kind, entry), before))
    return tuple(sorted(facts, key=lambda fact: fact.name))


def _word(kind: FactKind, entry: Mapping[str, Any]) -> Word:
    value = None if entry.get("known_none") else entry["value"]
    return Word(
        value=kind.show(value) if kind.fits(value) else str(value),
        evidence=entry.get("evidence", ""),
        by=entry.get("by", ""),
        at=parse_datetime(entry.get("at", "")),
        on=parse_date(entry.get("as_of", "")),
    )
