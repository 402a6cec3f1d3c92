"""Entries of the trail as lines of a page: ids turned into words, names masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from audit.directory import Directory, Review
from audit.keeping.erased import Erased, words_erased
from audit.kernel.actors import STAFF_CAPACITIES, PurposeKind
from audit.models import AuditEntry
from audit.room.terminals import NOWHERE, Where, where_done
from audit.selectors import details_of, is_without_case, outcome_of, subjects_of

NAMED_AT_MOST = 3
REVEALED = ".revealed"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody an entry names: the id leads on, the name is covered."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Also:
    """What else belongs to the act of a line; whether it is about others than that line."""

    line: "Line"
    is_about_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry in words. Long lists of persons are counted, not named. `also`: the further entries
    of the same act, where a page tells them together (`audit.room.stories`). `same`: the lines this
    one stands for, from `since` to `until`, where a page tells a run in one (`audit.room.runs`)."""

    number: int
    at: datetime
    officer: str
    is_officer: bool
    department: str
    department_lang: str
    capacity: str
    what: str
    verb: str
    object: str
    purpose: str
    lacks_purpose: bool
    without_case: bool
    reference: str
    named: list[Named]
    persons: int
    outcome: str
    where: Where = NOWHERE
    review: Review | None = None
    detail: str = ""
    erased: Erased | None = None
    also: tuple[Also, ...] = ()
    same: tuple["Line", ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def entries(self) -> int:
        """How many entries are read in it, each with its number."""
        return sum(one.entries for one in self.same) if self.same else 1 + len(self.also)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page, and the persons it names: these are recorded as seen."""

    lines: list[Line]
    shown: list[UUID]


def lines_of(entries: Sequence[AuditEntry], directory: Directory) -> Lines:
    """Eight queries at most, however many entries."""
    about = subjects_of(entries)
    named = [one for ids in about.values() if len(ids) <= NAMED_AT_MOST for one in ids]
    names = directory.names(set(named))
    departments = directory.departments({entry.department for entry in entries} - {""})
    lines = [
        _line(entry, about.get(entry.pk, []), names, departments, directory) for entry in entries
    ]
    return Lines(_with_surroundings(lines, entries, directory), list(dict.fromkeys(named)))


def _with_surroundings(
    lines: Sequence[Line], entries: Sequence[AuditEntry], directory: Directory
) -> list[Line]:
    """The lines with the device each was done on, where a look without a case is judged, and
    whether a law took the words away."""
    where, erased = where_done(entries), words_erased(entries)
    with_reason = [entry.pk for entry in entries if entry.purpose_kind == PurposeKind.REASON]
    reviews = directory.reviews(with_reason) if with_reason else {}
    return [
        replace(
            line,
            where=where[line.number],
            review=reviews.get(line.number),
            erased=erased.get(line.number),
        )
        for line in lines
    ]


def with_details(lines: Lines, entries: Sequence[AuditEntry], directory: Directory) -> list[Line]:
    """The lines, and on those of a covered value which one it was and why. Recorded before."""
    readable = {line.number for line in lines.lines if 0 < line.persons <= NAMED_AT_MOST}
    revealed = [one for one in entries if one.pk in readable and one.verb.endswith(REVEALED)]
    words = directory.details(details_of(revealed))
    return [replace(line, detail=words.get(line.number, "")) for line in lines.lines]


def _line(
    entry: AuditEntry,
    subjects: list[UUID],
    names: Mapping[UUID, str],
    departments: Mapping[str, str],
    directory: Directory,
) -> Line:
    is_named = len(subjects) <= NAMED_AT_MOST
    department = departments.get(entry.department, entry.department)
    return Line(
        number=entry.pk,
        at=entry.at,
        officer=directory.actor(entry.actor_label, entry.capacity),
        is_officer=bool(entry.actor_label) and entry.capacity in STAFF_CAPACITIES,
        department=department,
        department_lang="" if department.isascii() else "zh-Hans",
        capacity=directory.capacity(entry.capacity),
        what=directory.verb(entry.verb),
        verb=entry.verb,
        object=directory.kind(entry.object_kind),
        purpose=directory.purpose(entry.purpose_kind, entry.purpose),
        lacks_purpose=bool(subjects) and not entry.purpose_kind and entry.capacity != "system",
        without_case=is_without_case(entry.verb, entry.capacity, entry.purpose_kind, entry.outcome),
        reference=entry.purpose if entry.purpose_kind == "case" else "",
        named=[Named(one, names[one]) for one in subjects if one in names] if is_named else [],
        persons=len(subjects),
        outcome=outcome_of(entry.verb, entry.outcome, len(subjects)),
    )
