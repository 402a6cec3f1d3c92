"""What somebody did at once is read as one line, whatever number of entries it left.

A look-up leaves an entry for the person and one for each value it shows in full; a search one for
the number that was typed and one for the page it led to. Each of them stays an entry of its own: in
the trail, in files of it, and in what is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from audit.actions.search_by_number import SEARCHED
from audit.lines import Also, Line
from audit.models import AuditEntry
from audit.sentinel.events import READ, is_act

AT_ONCE = timedelta(minutes=1)
REGISTER_ASKED = ".fetched"  # a check as well, though the sentinel counts it among what was done
Who = tuple[UUID | None, str]


def told_together(lines: Sequence[Line], entries: Sequence[AuditEntry]) -> list[Line]:
    """The lines of a page, those of one act in one line; in the same order, by where the act is
    first met. What was decided or done leads, looks and checks follow; among equals the first
    leads. An act on the edge between two pages has a line on each."""
    first = _first_of_each(entries)
    acts: dict[int, list[Line]] = {}
    for line in lines:
        acts.setdefault(first[line.number], []).append(line)
    return [_one_line(act) for act in acts.values()]


def entries_in(lines: Iterable[Line]) -> int:
    """How many entries these lines tell."""
    return sum(1 + len(line.also) for line in lines)


def _first_of_each(entries: Sequence[AuditEntry]) -> dict[int, int]:
    """For each entry the number of the first one of its act."""
    first: dict[int, int] = {}
    begun: dict[tuple[Who, str], AuditEntry] = {}
    before: dict[Who, AuditEntry] = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.pk)):
        who = (entry.actor, entry.actor_label)
        request = (who, entry.request_id or str(entry.pk))
        led_here = begun.get(request) or _search_behind(entry, before.get(who))
        if led_here is None or entry.at - led_here.at > AT_ONCE:
            led_here = entry
        begun[request], before[who] = led_here, entry
        first[entry.pk] = first.get(led_here.pk, led_here.pk)
    return first


def _search_behind(entry: AuditEntry, before: AuditEntry | None) -> AuditEntry | None:
    """The number somebody typed, if this is the page it led to."""
    is_led_to = before is not None and entry.verb == READ and before.verb == SEARCHED
    return before if is_led_to else None


def _one_line(act: list[Line]) -> Line:
    main, *others = sorted(act, key=lambda one: (not _leads(one), one.at, one.number))
    also = (Also(one, _people(one) not in (_people(main), NOBODY)) for one in others)
    return replace(main, also=tuple(also))


def _leads(line: Line) -> bool:
    return is_act(line.verb, line.outcome) and not line.verb.endswith(REGISTER_ASKED)


NOBODY: tuple[int, frozenset[UUID]] = (0, frozenset())


def _people(line: Line) -> tuple[int, frozenset[UUID]]:
    return line.persons, frozenset(one.id for one in line.named)
