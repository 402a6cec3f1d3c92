"""What is usual: one row for each officer, post and day, counted anew whenever the day has grown.

Counting anew instead of adding up keeps the rows right, whatever was read twice or came late.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from audit.sentinel.events import Event, Post
from audit.sentinel.models import Habit
from audit.sentinel.registry import densest, how_many

SPAN = timedelta(minutes=10)
DAYS = 60
ENOUGH_DAYS = 5  # fewer days say nothing about a habit
COUNTS = ("looks", "persons", "acts", "exported", "without_case", "off_hours", "peak")


@dataclass(frozen=True, slots=True)
class Usual:
    """For each figure of `Habit` the busiest ordinary day: nine of ten days stay at or below."""

    figures: Mapping[str, int]

    def of(self, figure: str) -> int | None:
        return self.figures.get(figure)


UNKNOWN = Usual({})


class HabitKey(NamedTuple):
    """Whose day, and which. Accounts are left out: a code is a habit's, whatever account it was
    recorded under."""

    officer: str
    department: str
    capacity: str
    day: date


def counted_days(
    officers: Collection[str], first: date, last: date
) -> dict[HabitKey, tuple[int, int]]:
    """Looks and persons of these officers' days, as they are kept. The two say whether a day was
    read to its end, and do not change with the working calendar."""
    rows = Habit.objects.filter(officer__in=officers, day__gte=first, day__lte=last)
    return {
        HabitKey(row.officer, row.department, row.capacity, row.day): (row.looks, row.persons)
        for row in rows
    }


_KEEP = f"""
insert into audit_habit as kept ({", ".join((*HabitKey._fields, *COUNTS))})
select * from unnest(%s::text[], %s::text[], %s::text[], %s::date[],
                     {", ".join(["%s::integer[]"] * len(COUNTS))})
on conflict ({", ".join(HabitKey._fields)}) do update
  set {", ".join(f"{one} = greatest(kept.{one}, excluded.{one})" for one in COUNTS)}
"""  # noqa: S608 - our own names


def keep_habits(days: Mapping[HabitKey, Sequence[Event]]) -> None:
    """Write the rows of these days; `days` has every event of each, oldest first. One statement.

    A figure never becomes less: a look that comes late can take in another, and yet that other was
    one when it was counted. The database takes no figure the entries of the day do not show.
    """
    rows = [_habit(key, events) for key, events in days.items()]
    columns = (*HabitKey._fields, *COUNTS)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [[getattr(row, column) for row in rows] for column in columns])


def _habit(key: HabitKey, events: Sequence[Event]) -> Habit:
    looks = [event for event in events if event.is_look]
    close = [event for event in looks if event.is_close]
    peak, _stretch = densest(close, SPAN, lambda one: one.subjects)
    return Habit(
        **key._asdict(),
        looks=how_many(looks),
        persons=len({subject for event in looks for subject in event.subjects}),
        acts=sum(event.is_act for event in events),
        exported=sum(event.exported for event in events),
        without_case=how_many([event for event in looks if event.lacks_case]),
        off_hours=how_many([event for event in looks if event.is_off_hours]),
        peak=peak,
    )


_USUAL = """
select {keys}, count(*), {figures}
  from audit_habit
 where day >= %s and day < %s and ({condition})
 group by {keys}
"""
_FIGURES = ", ".join(
    f"percentile_disc(0.9) within group (order by {figure})"
    for figure in COUNTS  # our own names
)


def usual_of_officers(posts: Collection[Post], today: date | None = None) -> dict[Post, Usual]:
    """What is usual for each of these officers at this post, over the last 60 days before today."""
    keys = "officer, department, capacity"
    rows = _usual(keys, [(one.officer, one.department, one.capacity) for one in posts], today)
    found = {one: rows.get((one.officer, one.department, one.capacity)) for one in posts}
    return {post: usual for post, usual in found.items() if usual is not None}


def usual_of_posts(
    posts: Collection[tuple[str, str]], today: date | None = None
) -> dict[tuple[str, str], Usual]:
    """What is usual at each (department, capacity), whoever works there."""
    rows = _usual("department, capacity", list(posts), today)
    return {(key[0], key[1]): usual for key, usual in rows.items()}


def _usual(
    keys: str, wanted: Sequence[tuple[str, ...]], today: date | None
) -> dict[tuple[str, ...], Usual]:
    if not wanted:
        return {}
    until = today or timezone.localdate()
    places = ", ".join(["%s"] * len(wanted))
    query = _USUAL.format(keys=keys, figures=_FIGURES, condition=f"({keys}) in ({places})")
    with connection.cursor() as cursor:
        cursor.execute(query, [until - timedelta(days=DAYS), until, *wanted])
        rows = cursor.fetchall()
    width = len(wanted[0])
    return {
        tuple(row[:width]): Usual(dict(zip(COUNTS, row[width + 1 :], strict=True)))
        for row in rows
        if row[width] >= ENOUGH_DAYS
    }
