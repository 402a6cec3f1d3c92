"""From the people whose data came out to the officers, by how well their views fit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from audit.kernel.actors import STAFF_CAPACITIES, Actor
from audit.leaks.fit import Fit, Habit, fit_of
from audit.leaks.habits import looks_by_officer
from audit.leaks.looks import Look, looks_at
from audit.models import AuditEntry
from audit.selectors import entries_visible_to, refuse_all_but_readers

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
    """One officer: how many of the people were seen, and of how many something covered was shown
    in full or a document opened, whether or not that is weighed.

    `is_marked`: what came out carries the keyed mark of a view or a copy of this officer's.
    """

    officer: str
    department: str
    seen: int
    in_full: int
    persons: int
    fit: Fit
    last_at: datetime
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The officers: the one whose view is marked, then the best fit first; `known` persons is what
    they were measured against. Of `cut` persons only the newest looks were gone through."""

    candidates: list[Candidate]
    asked: int
    known: int
    left_out: int
    cut: int


def trace_leak(
    actor: Actor,
    subjects: Collection[UUID],
    since: datetime,
    until: datetime,
    kinds: Collection[Kind] = (),
    marked: AuditEntry | None = None,
) -> Trace:
    """Officers who saw any of these people from `since` until before `until`. For supervisors.

    A mark names one view, which no count of looks can outweigh: its officer comes first whatever
    the fit, also without any look that counts. That is where a picture or file was made, and no
    more a finding than the rest.
    """
    refuse_all_but_readers(actor)
    by_officer: dict[str, list[Look]] = defaultdict(list)
    looks = looks_at(subjects, since, until)
    for look in looks.found:
        by_officer[look.officer].append(look)
    if marked is not None:
        by_officer.setdefault(marked.actor_label, [])
    most_first = sorted(
        by_officer,
        key=lambda label: (not _is_of(marked, label), -_persons(by_officer[label]), label),
    )
    read = most_first[:MOST_OFFICERS]
    habits = looks_by_officer(read, since, until)
    known = max(habits.known, len(subjects))
    candidates = []
    for label in read:
        habit = habits.of.get(label, NEVER_LOOKED)
        mark = marked if _is_of(marked, label) else None
        candidates.append(_candidate(by_officer[label], habit, len(subjects), known, kinds, mark))
    candidates.sort(key=lambda one: (not one.is_marked, -one.fit.weight, one.persons, one.officer))
    return Trace(
        candidates=candidates,
        asked=len(subjects),
        known=known,
        left_out=len(most_first) - len(read),
        cut=looks.cut,
    )


def _is_of(marked: AuditEntry | None, officer: str) -> bool:
    return marked is not None and marked.actor_label == officer


def _candidate(
    looks: Sequence[Look],
    habit: Habit,
    asked: int,
    known: int,
    kinds: Collection[Kind],
    marked: AuditEntry | None,
) -> Candidate:
    seen = _persons(looks)
    weighed = _persons([look for look in looks if _shows(look, kinds)]) if kinds else None
    persons = max(habit.persons, seen)
    officer, department, last_at = _newest(looks, marked)
    return Candidate(
        officer=officer,
        department=department,
        seen=seen,
        in_full=_persons([look for look in looks if _shows(look, Kind)]),
        persons=persons,
        fit=fit_of(seen=seen, asked=asked, persons=persons, known=known, in_full=weighed),
        last_at=last_at,
        is_marked=marked is not None,
    )


def _newest(looks: Sequence[Look], marked: AuditEntry | None) -> tuple[str, str, datetime]:
    """Officer, office and moment of the marked view, else of the newest look."""
    if marked is not None:
        return marked.actor_label, marked.department, marked.at
    newest = max(looks, key=lambda look: (look.at, look.entry_id))
    return newest.officer, newest.department, newest.at


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
    looks = [one for one in looks_at(subjects, since, until).found if one.officer == officer]
    newest = sorted({(look.at, look.entry_id) for look in looks}, reverse=True)[:MOST_LINES]
    found = entries.filter(
        id__in=[entry_id for _at, entry_id in newest], at__in=[at for at, _id in newest]
    )
    return list(found.order_by("-at", "-id"))


def view_marked(actor: Actor, entry_id: int) -> AuditEntry | None:
    """The entry a mark names, if it is a look of an officer."""
    entries = entries_visible_to(actor).filter(capacity__in=sorted(STAFF_CAPACITIES))
    return entries.filter(id=entry_id).first()
