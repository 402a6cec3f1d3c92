"""Which registers were asked about somebody, and for which facts. Gated: record first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from audit.models import AuditEntry
from audit.selectors import details_of
from catalog.selectors.elements import elements
from catalog.text import Text
from identity.models import RecordSource
from identity.selectors.looks import ASKED_REGISTER


@dataclass(frozen=True, slots=True)
class Asked:
    """One register, and the facts it was asked for; entries of before do not say which."""

    register: str
    facts: str


def registers_asked(entries: Collection[AuditEntry]) -> dict[int, tuple[Asked, ...]]:
    """By entry; two queries for all of them, and none where no register was asked."""
    found = details_of([entry for entry in entries if entry.verb == ASKED_REGISTER])
    asked = {entry.pk: _asked(body) for entry, body in found.items()}
    codes = {code for one in asked.values() for code in one}
    if not codes:
        return {}
    rows = RecordSource.objects.filter(code__in=codes).only("code", "name_zh", "name_en")
    names = {one.code: str(Text(one.name_zh, one.name_en)) for one in rows}
    return {
        entry: tuple(Asked(names.get(code, code), _in_words(facts)) for code, facts in one.items())
        for entry, one in asked.items()
    }


def _asked(body: Mapping[str, Any]) -> Mapping[str, list[str]]:
    asked: Mapping[str, list[str]] = body.get("asked") or {
        source: [] for source in body.get("sources", ())
    }
    return asked


def _in_words(facts: Collection[str]) -> str:
    known = elements()
    names = (str(known[one].name) if one in known else one for one in facts)
    return pgettext("between the things of a list", ", ").join(names)
