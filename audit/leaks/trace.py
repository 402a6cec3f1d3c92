"""From the people whose data came out to the officers, by how well their views fit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from audit.kernel.actors import Actor
from audit.leaks.fit import Fit, Habit, fit_of
from audit.leaks.habits import looks_by_officer
from audit.leaks.looks import Look, looks_at
from audit.models import AuditEntry
from audit.selectors import entries_visible_to

MOST_OFFICERS = 50
MOST_LINES = 200
NEVER_LOOKED = Habit(persons=0, looks=0)


class Kind(StrEnum):
    """What came out, where not every look shows it."""

    COVERED = "covered"  # numbers that are shown in full only on demand
    DOCUMENT = "document"  # files and letters of a case


SHOWS: dict[Kind, tuple[str, ...]] = {
    Kind.COVERED: (".revealed", ".exported"),
    Kind.DOCUMENT: ("attachment.viewed", "outcome.viewed", ".exported"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One officer: how many of the people were seen, how many of them with what came out."""

    officer: str
    department: str
    seen: int
    in_full: int | None
    persons: int
    fit: Fit
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The officers, best fit first; `known` persons is what they were measured against."""

    candidates: list[Candidate]
    asked: int
    known: int
    left_out: int


def trace_leak(
    actor: Actor,
    subjects: Collection[UUID],
    since: datetime,
    until: datetime,
    kinds: Collection[Kind] = (),
) -> Trace:
    """Officers who saw any of these people from `since` until before `until`. For supervisors."""
    entries_visible_to(actor)
    by_officer: dict[str, list[Look]] = defaultdict(list)
    for look in looks_at(subjects, since, until) if subjects else ():
        by_officer[look.officer].append(look)
    most_first = sorted(by_officer, key=lambda label: (-_persons(by_officer[label]), label))
    read = most_first[:MOST_OFFICERS]
    habits = looks_by_officer(read, since, until)
    known = max(habits.known, len(subjects))
    candidates = [
        _candidate(
            by_officer[label], habits.of.get(label, NEVER_LOOKED), len(subjects), known, kinds
        )
        for label in read
    ]
    candidates.sort(key=lambda one: (-one.fit.weight, one.persons, one.officer))
    return Trace(
        candidates=candidates,
        asked=len(subjects),
        known=known,
        left_out=len(most_first) - len(read),
    )


def _candidate(
    looks: Sequence[Look], habit: Habit, asked: int, known: int, kinds: Collection[Kind]
) -> Candidate:
    seen = _persons(looks)
    in_full = _persons([look for look in looks if _shows(look, kinds)]) if kinds else None
    persons = max(habit.persons, seen)
    newest = max(looks, key=lambda look: (look.at, look.entry_id))
    return Candidate(
        officer=newest.officer,
        department=newest.department,
        seen=seen,
        in_full=in_full,
        persons=persons,
        fit=fit_of(seen=seen, asked=asked, persons=persons, known=known, in_full=in_full),
        last_at=newest.at,
    )


def _persons(looks: Sequence[Look]) -> int:
    return len({look.subject for look in looks})


def _shows(look: Look, kinds: Collection[Kind]) -> bool:
    """Whether this look can have shown what came out; any of the kinds is enough."""
    return any(look.verb.endswith(SHOWS[kind]) for kind in kinds)


def views_behind(
    actor: Actor, officer: str, subjects: Collection[UUID], since: datetime, until: datetime
) -> list[AuditEntry]:
    """The entries behind one officer's place in the list, newest first, at most 200."""
    entries = entries_visible_to(actor)
    looks = [look for look in looks_at(subjects, since, until) if look.officer == officer]
    newest = sorted({(look.at, look.entry_id) for look in looks}, reverse=True)[:MOST_LINES]
    found = entries.filter(
        id__in=[entry_id for _at, entry_id in newest], at__in=[at for at, _id in newest]
    )
    return list(found.order_by("-at", "-id"))


def view_marked(actor: Actor, entry_id: int) -> AuditEntry | None:
    """The entry a mark names, if it is a look of an officer."""
    entry = entries_visible_to(actor).filter(id=entry_id).first()
    return entry if entry is not None and entry.actor_label else None
