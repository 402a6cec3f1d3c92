"""The entries an alarm rests on, as lines: also whose the thing was that somebody was refused."""

from collections.abc import Sequence
from dataclasses import replace

from audit.directory import Directory
from audit.lines import NAMED_AT_MOST, Line, Lines, Named, lines_of
from audit.models import AuditEntry
from audit.sentinel.events import REFUSED
from audit.sentinel.surroundings import surroundings
from audit.trail import ObjectRef


def evidence_lines(entries: Sequence[AuditEntry], directory: Directory) -> Lines:
    """As `lines_of` has them. The entry of a refused case names nobody, so that a slip of the
    keyboard tells nobody anything; who judges has to read whom it was about, as the rule did."""
    lines = lines_of(entries, directory)
    attempts = {
        entry.pk: ObjectRef(entry.object_kind, entry.object_id)
        for entry, line in zip(entries, lines.lines, strict=True)
        if not line.persons and entry.outcome == "refused" and entry.verb.endswith(REFUSED)
    }
    if not attempts:
        return lines
    owners = surroundings().whose(set(attempts.values()))
    names = directory.names({one for people in owners.values() for one in people})

    def told(line: Line) -> Line:
        people = list(owners.get(attempts[line.number], ())) if line.number in attempts else []
        known = [Named(one, names[one]) for one in people[:NAMED_AT_MOST] if one in names]
        return replace(line, named=known, persons=len(people)) if people else line

    found = [told(line) for line in lines.lines]
    shown = [one.id for line in found for one in line.named]
    return Lines(found, list(dict.fromkeys([*lines.shown, *shown])))
