"""Which registers were asked about somebody, and for which facts. Gated: record first."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.models import AuditEntry
from catalog.selectors.elements import elements
from catalog.text import Text
from identity.models import RecordSource


def registers_in_words(found: Mapping[AuditEntry, Mapping[str, Any]]) -> dict[int, str]:
    """By entry; one query for all of them, and nothing for one that asked no register."""
    asked = {entry.pk: _asked(body) for entry, body in found.items()}
    codes = {code for one in asked.values() for code in one}
    if not codes:
        return {}
    names = {one.code: Text(one.name_zh, one.name_en) for one in _registers(codes)}
    between = pgettext("between things that have commas in them", "; ")
    return {
        entry: between.join(_one(str(names.get(code, code)), facts) for code, facts in one.items())
        for entry, one in asked.items()
        if one
    }


def _asked(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """By register what it was asked for; entries of before say only which registers."""
    asked: dict[str, list[str]] = body.get("asked") or {
        source: [] for source in body.get("sources", ())
    }
    return asked


def _registers(codes: Collection[str]) -> Collection[RecordSource]:
    return RecordSource.objects.filter(code__in=codes).only("code", "name_zh", "name_en")


def _one(register: str, facts: Collection[str]) -> str:
    if not facts:
        return register
    known = elements()
    names = [str(known[one].name) if one in known else one for one in facts]
    listed = pgettext("between the things of a list", ", ").join(names)
    return _("%(register)s (%(facts)s)") % {"register": register, "facts": listed}
