"""One officer's week: every act as a mark in time, each day in figures, and what is usual.

All of it is read from (actor_label, at) and (department, at), with a bound: beyond `MARKS` acts a
mark stands for an hour, and what is usual is taken from the newest `USUAL_AT_MOST` entries of the
weeks before, over the time these cover.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from audit.directory import Post
from audit.kernel.actors import Actor
from audit.room.weeks import DAYS, Week
from audit.selectors import entries_visible_to, looks, within, without_case
from audit.visits import is_part_of_a_look

MARKS = 2000
USUAL_WEEKS = 4
USUAL_AT_MOST = 5000


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
    by_day: dict[date, list[Mark]] = {day: [] for day in week.days}
    for mark in marks:
        by_day[timezone.localtime(mark.at).date()].append(mark)
    days = [_day(day, its_marks) for day, its_marks in by_day.items()]
    return OfficerWeek(week, marks, days, _sum(marks), by_hour)


def usual_week_of(actor: Actor, officer: str, week: Week) -> Figures | None:
    """The officer's own average over the weeks before this one; None if there was nothing."""
    entries = _entries(actor, week.plus(-USUAL_WEEKS), week).filter(actor_label=officer)
    return _average(entries, week)


def usual_week_at(actor: Actor, post: Post, week: Week) -> Figures | None:
    """The average of all officers of the same post in the same department; None if none acted."""
    entries = _entries(actor, week.plus(-USUAL_WEEKS), week).filter(
        department=post.department, capacity=post.capacity
    )
    return _average(entries, week)


def _entries(actor: Actor, first: Week, upto: Week) -> QuerySet[Any]:
    """Each entry of these weeks with whether it is a look, and whether one without a case; what is
    shown in full on a page just looked at belongs to that look."""
    entries = entries_visible_to(actor).filter(within(first.start, upto.start))
    once = ~Q(is_part_of_a_look(first.start, upto.start))
    seen, bare = looks() & once, without_case() & once
    return entries.annotate(
        seen=ExpressionWrapper(seen, output_field=BooleanField()),
        bare=ExpressionWrapper(bare, output_field=BooleanField()),
    )


def _each(entries: QuerySet[Any]) -> list[Mark]:
    rows = entries.order_by("at", "id").values_list("at", "seen", "bare")
    return [Mark(at, 1, int(seen), int(bare)) for at, seen, bare in rows[: MARKS + 1]]


def _hours(entries: QuerySet[Any]) -> list[Mark]:
    rows = (
        entries.annotate(hour=TruncHour("at", tzinfo=timezone.get_current_timezone()))
        .values("hour")
        .annotate(**_counts())
        .order_by("hour")
    )
    counted: Iterable[Mapping[str, Any]] = rows
    return [Mark(row["hour"], row["acts"], row["looks"], row["bare_looks"]) for row in counted]


def _counts() -> dict[str, Count]:
    """How many, of entries told apart."""
    return {
        "acts": Count("id"),
        "looks": Count("id", filter=Q(seen=True)),
        "bare_looks": Count("id", filter=Q(bare=True)),
    }


def _average(entries: QuerySet[Any], week: Week) -> Figures | None:
    """Of one officer and one week, among all who acted; of what the bound lets in."""
    newest = entries.order_by("-at", "-id")[:USUAL_AT_MOST]
    row = newest.aggregate(
        **_counts(), officers=Count("actor_label", distinct=True), oldest=Min("at")
    )
    if not row["acts"]:
        return None
    weeks = float(USUAL_WEEKS)
    if row["acts"] == USUAL_AT_MOST:
        weeks = max((week.start - row["oldest"]) / timedelta(weeks=1), 1 / DAYS)
    parts = weeks * row["officers"]
    return Figures(*(round(row[name] / parts, 1) for name in ("acts", "looks", "bare_looks")))


def _day(day: date, marks: Sequence[Mark]) -> Day:
    ends = (marks[0].at, marks[-1].at) if marks else (None, None)
    return Day(day, _sum(marks), *ends)


def _sum(marks: Sequence[Mark]) -> Figures:
    return Figures(
        sum(one.acts for one in marks),
        sum(one.looks for one in marks),
        sum(one.without_case for one in marks),
    )
