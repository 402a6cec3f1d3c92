"""One officer's week: every act as a mark in time, each day in figures, and what is usual.

All of it is read from (actor_label, at), with a bound: beyond `MARKS` acts a mark stands for an
hour, and what is usual is taken from at most `USUAL_AT_MOST` entries of the weeks before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.selectors import (
    Post,
    entries_visible_to,
    is_look,
    is_without_case,
    looks,
    within,
    without_case,
)
from audit.weeks import Week

MARKS = 2000
USUAL_WEEKS = 4
USUAL_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Mark:
    """One act, or one hour of them: how many, how many looks, how many of these without a case."""

    at: datetime
    acts: int
    looks: int
    without_case: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a day or a week. Averages are rounded to one decimal."""

    acts: float = 0
    looks: float = 0
    without_case: float = 0


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week: its figures, and from when to when there was work."""

    day: date
    figures: Figures
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class OfficerWeek:
    """A week of one officer, day by day."""

    week: Week
    marks: list[Mark]
    days: list[Day]
    whole: Figures
    by_hour: bool


def week_of(actor: Actor, officer: str, week: Week) -> OfficerWeek:
    """The marks and figures of one week; two queries at most."""
    entries = _entries(actor, week, week.plus(1)).filter(actor_label=officer)
    marks = _each(entries)
    by_hour = len(marks) > MARKS
    if by_hour:
        marks = _hours(entries)
    days = [_day(day, [one for one in marks if _day_of(one) == day]) for day in week.days]
    return OfficerWeek(week, marks, days, _sum(marks), by_hour)


def usual_week_of(actor: Actor, officer: str, week: Week) -> Figures:
    """The officer's own average over the weeks before this one."""
    entries = _entries(actor, week.plus(-USUAL_WEEKS), week).filter(actor_label=officer)
    return _average(entries, USUAL_WEEKS)


def usual_week_at(actor: Actor, post: Post, week: Week) -> Figures | None:
    """The average of all officers of the same post in the same department; None if none acted."""
    entries = _entries(actor, week.plus(-USUAL_WEEKS), week).filter(
        department=post.department, capacity=post.capacity
    )
    newest = entries.order_by("-at", "-id")[:USUAL_AT_MOST]
    officers = newest.aggregate(count=Count("actor_label", distinct=True))["count"]
    return _average(entries, USUAL_WEEKS * officers) if officers else None


def _entries(actor: Actor, first: Week, upto: Week) -> QuerySet[AuditEntry]:
    return entries_visible_to(actor).filter(within(first.start, upto.start))


def _each(entries: QuerySet[AuditEntry]) -> list[Mark]:
    rows = entries.order_by("at", "id").values_list(
        "at", "verb", "capacity", "purpose_kind", "outcome"
    )
    return [
        Mark(at, 1, is_look(verb, outcome), is_without_case(verb, capacity, kind, outcome))
        for at, verb, capacity, kind, outcome in rows[: MARKS + 1]
    ]


def _hours(entries: QuerySet[AuditEntry]) -> list[Mark]:
    rows = (
        entries.annotate(hour=TruncHour("at", tzinfo=timezone.get_current_timezone()))
        .values("hour")
        .annotate(**_counts())
        .order_by("hour")
    )
    counted: Iterable[Mapping[str, Any]] = rows
    return [Mark(row["hour"], row["acts"], row["seen"], row["bare"]) for row in counted]


def _counts() -> dict[str, Count]:
    return {
        "acts": Count("id"),
        "seen": Count("id", filter=looks()),
        "bare": Count("id", filter=without_case()),
    }


def _average(entries: QuerySet[AuditEntry], weeks: int) -> Figures:
    row = entries.order_by("-at", "-id")[:USUAL_AT_MOST].aggregate(**_counts())
    return Figures(*(round(row[name] / weeks, 1) for name in ("acts", "seen", "bare")))


def _day(day: date, marks: Sequence[Mark]) -> Day:
    ends = (marks[0].at, marks[-1].at) if marks else (None, None)
    return Day(day, _sum(marks), *ends)


def _day_of(mark: Mark) -> date:
    return timezone.localtime(mark.at).date()


def _sum(marks: Sequence[Mark]) -> Figures:
    return Figures(
        sum(one.acts for one in marks),
        sum(one.looks for one in marks),
        sum(one.without_case for one in marks),
    )
