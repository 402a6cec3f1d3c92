"""The table of data elements, as pages name facts by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.kept import kept
from catalog.models import DataElement
from catalog.text import Text


@dataclass(frozen=True, slots=True)
class Element:
    """One fact: its name in both languages, and what a value of it looks like."""

    name: Text
    kind: str
    constraints: Mapping[str, Any]


@kept
def elements() -> Mapping[str, Element]:
    """Every data element by its code."""
    return {
        row.code: Element(Text(row.name, row.name_en), row.kind, row.constraints)
        for row in DataElement.objects.all()
    }
