"""One officer's week: every act as a mark in time, each day in figures, and what is usual.

All of it is read along (actor_label, at) and (department, at): beyond `MARKS` acts a mark stands
for an hour, and what is usual is taken from the newest `USUAL_AT_MOST` entries of the weeks before,
over the time these cover.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from audit.directory import Post
from audit.models import AuditEntry
from audit.room.weeks import DAYS, Week, first_moment
from audit.selectors import is_look, is_without_case, within, work_of
from audit.sentinel.surroundings import surroundings
from audit.visits import COLUMNS, VISIT, told_apart

MARKS = 2000
USUAL_WEEKS = 4
USUAL_AT_MOST = 5000


class Mark(NamedTuple):
    """One act, or one hour of them: how many, how many looks, how many of these without a case, and
    how many outside office hours."""

    at: datetime
    acts: int
    looks: int
    without_case: int
    off_hours: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a day or a week. Averages are rounded to one decimal. `people`: how many
    persons and organisations were opened, each once a week; days do not say."""

    acts: float = 0
    looks: float = 0
    without_case: float = 0
    off_hours: float = 0
    people: float = 0


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


def week_of(visible: QuerySet[AuditEntry], officer: str, week: Week) -> OfficerWeek:
    """The marks and figures of one week, of the entries the reader may see; two queries."""
    entries = _entries(visible, week, week.plus(1)).filter(work_of(officer))
    rows = list(_rows(entries.order_by("at", "id")))
    marks = list(_marks(rows, week.start))
    by_hour = len(marks) > MARKS
    if by_hour:
        marks = list(_hours(marks))
    edges = [first_moment(day) for day in week.days]
    by_day: list[list[Mark]] = [[] for _day in edges]
    for mark in marks:
        by_day[bisect_right(edges, mark.at) - 1].append(mark)
    days = [_day(day, its_marks) for day, its_marks in zip(week.days, by_day, strict=True)]
    whole = replace(_sum(marks), people=_people(rows, [week]))
    return OfficerWeek(week, marks, days, whole, by_hour)


def usual_week_of(visible: QuerySet[AuditEntry], officer: str, week: Week) -> Figures | None:
    """The officer's own average over the weeks before this one; None if there was nothing."""
    entries = _entries(visible, week.plus(-USUAL_WEEKS), week).filter(work_of(officer))
    return _average(entries, week)


def usual_week_at(visible: QuerySet[AuditEntry], post: Post, week: Week) -> Figures | None:
    """The average of all officers of the same post in the same department; None if none acted."""
    entries = _entries(visible, week.plus(-USUAL_WEEKS), week).filter(
        department=post.department, capacity=post.capacity
    )
    return _average(entries, week)


def _entries(visible: QuerySet[AuditEntry], first: Week, upto: Week) -> QuerySet[AuditEntry]:
    """The entries of these weeks, and of the half hour before that a look may have begun in."""
    return visible.filter(within(first.start - VISIT, upto.start))


def _rows(entries: QuerySet[Any]) -> QuerySet[Any, Any]:
    return entries.values_list(*COLUMNS, "id", "capacity", "purpose_kind", named=True)


def _marks(rows: Iterable[Any], since: datetime) -> Iterator[Mark]:
    """A mark for each entry, oldest first; what is part of a look is no look of its own."""
    hours = surroundings().hours()
    for row, is_part in told_apart(rows, since):
        seen = not is_part and is_look(row.verb, row.outcome)
        bare = not is_part and is_without_case(
            row.verb, row.capacity, row.purpose_kind, row.outcome
        )
        yield Mark(row.at, 1, int(seen), int(bare), int(hours.is_off(row.at)))


def _hours(marks: Iterable[Mark]) -> Iterator[Mark]:
    """One mark for each hour of the clocks here."""
    here = timezone.get_current_timezone()

    def hour_of(mark: Mark) -> datetime:
        return mark.at.astimezone(here).replace(minute=0, second=0, microsecond=0)

    for hour, group in groupby(marks, key=hour_of):
        these = list(group)
        whole = _sum(these)
        yield Mark(
            hour,
            len(these),
            int(whole.looks),
            int(whole.without_case),
            int(whole.off_hours),
        )


def _average(entries: QuerySet[Any], week: Week) -> Figures | None:
    """Of one officer and one week, among all who acted; of what the bound lets in."""
    newest = list(_rows(entries.order_by("-at", "-id")[:USUAL_AT_MOST]))
    begin = week.plus(-USUAL_WEEKS).start
    marks = list(_marks(reversed(newest), begin))
    if not marks:
        return None
    weeks = float(USUAL_WEEKS)
    if len(newest) == USUAL_AT_MOST:
        weeks = max((week.start - marks[0].at) / timedelta(weeks=1), 1 / DAYS)
    officers = {row.actor_label for row in newest if row.at >= begin}
    whole, parts = _sum(marks), weeks * len(officers)
    counts = (whole.acts, whole.looks, whole.without_case, whole.off_hours)
    people = _people(newest, [week.plus(-back) for back in range(USUAL_WEEKS, 0, -1)])
    return Figures(*(round(count / parts, 1) for count in (*counts, people)))


def _people(rows: Iterable[Any], weeks: Sequence[Week]) -> int:
    """How many persons and organisations each officer opened in each of these weeks that follow
    each other, all added up. Refused acts opened nobody.

    The days are said of the subjects too, or those of every month would be read.
    """
    begins = [week.start for week in weeks]
    opening = {
        row.id: (row.actor_label, bisect_right(begins, row.at))
        for row in rows
        if row.at >= begins[0] and row.outcome != "refused"
    }
    with connection.cursor() as database:
        # Thousands of numbers in one literal, since an array of so many is long to parse.
        database.execute(
            "select entry_id, subject::text from audit_subject"
            " where entry_id = any(%s::bigint[]) and at >= %s and at < %s",
            (f"{{{','.join(map(str, opening))}}}", begins[0], weeks[-1].end),
        )
        return len({(opening[entry], subject) for entry, subject in database.fetchall()})


def _day(day: date, marks: Sequence[Mark]) -> Day:
    ends = (marks[0].at, marks[-1].at) if marks else (None, None)
    return Day(day, _sum(marks), *ends)


def _sum(marks: Sequence[Mark]) -> Figures:
    return Figures(
        sum(one.acts for one in marks),
        sum(one.looks for one in marks),
        sum(one.without_case for one in marks),
        sum(one.off_hours for one in marks),
    )
