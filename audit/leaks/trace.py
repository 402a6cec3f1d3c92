"""From the people whose data came out to the officers, by how well their views fit."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
NEVER_LOOKED = Habit(persons=0)


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

    `is_alone`: saw more than twice as many of them as anybody else. `is_marked`: what came out
    carries the keyed mark of a view or a copy of this officer's.
    """

    officer: str
    department: str
    seen: int
    in_full: int
    habit: Habit
    fit: Fit
    last_at: datetime
    is_alone: bool = False
    is_marked: bool = False

    @property
    def persons(self) -> int:
        return self.habit.persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The officers: the one whose view is marked, then the best fit first; `known` persons is what
    they were measured against. Of `cut` persons only the newest looks were gone through."""

    candidates: list[Candidate]
    asked: int
    known: int
    left_out: int
    cut: int

    @property
    def is_alone(self) -> bool:
        """Whether one of them has nobody to be compared with."""
        return any(one.is_alone for one in self.candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What each officer is measured against; `alone` is the one with nobody to be compared with."""

    asked: int
    known: int
    kinds: Collection[Kind]
    alone: str | None


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
    habits = looks_by_officer({one: _persons(by_officer[one]) for one in read}, since, until)
    against = Against(
        asked=len(subjects),
        known=max(habits.known, len(subjects)),
        kinds=kinds,
        alone=_alone(by_officer),
    )
    candidates = []
    for label in read:
        mark = marked if _is_of(marked, label) else None
        habit = habits.of.get(label, NEVER_LOOKED)
        candidates.append(_candidate(label, by_officer[label], habit, against, mark))
    candidates.sort(key=lambda one: (not one.is_marked, -one.fit.weight, one.persons, one.officer))
    return Trace(
        candidates=candidates,
        asked=against.asked,
        known=against.known,
        left_out=len(most_first) - len(read),
        cut=looks.cut,
    )


def _is_of(marked: AuditEntry | None, officer: str) -> bool:
    return marked is not None and marked.actor_label == officer


def _alone(by_officer: Mapping[str, Sequence[Look]]) -> str | None:
    """The officer who saw more than twice as many as anybody else, if there is one."""
    seen = sorted(((_persons(looks), label) for label, looks in by_officer.items()), reverse=True)
    (most, label), (next_most, _label) = [*seen, (0, ""), (0, "")][:2]
    return label if 2 * next_most < most else None


def _candidate(
    label: str, looks: Sequence[Look], habit: Habit, against: Against, marked: AuditEntry | None
) -> Candidate:
    seen = _persons(looks)
    kinds = against.kinds
    weighed = _persons([look for look in looks if _shows(look, kinds)]) if kinds else None
    habit = replace(habit, persons=max(habit.persons, seen))
    is_alone = label == against.alone
    officer, department, last_at = _newest(looks, marked)
    return Candidate(
        officer=officer,
        department=department,
        seen=seen,
        in_full=_persons([look for look in looks if _shows(look, Kind)]),
        habit=habit,
        fit=fit_of(
            seen=seen,
            asked=against.asked,
            habit=habit,
            known=against.known,
            in_full=weighed,
            is_alone=is_alone,
        ),
        last_at=last_at,
        is_alone=is_alone,
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
