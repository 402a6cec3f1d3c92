"""How many persons officers see anyway: the base rate against which a fit is weighed.

Counted, never carried on: of each officer up to 5,000 entries of this time are gone through, fewer
where more than ten officers are asked about, so that the answer costs the same for one who looked a
hundred times and one who looked a hundred thousand times. Beyond that "at least" stands before the
number (`Habit.is_more`).

The statement repeats that a label is not empty: that is the condition of the index it needs. It
asks for the subjects of one look after the other (`offset 0`), never for those of all entries.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from audit.leaks.fit import Habit
from audit.leaks.looks import COUNTS_AS_A_LOOK

ROWS_AN_OFFICER, ROWS_IN_ALL = 5_000, 50_000

_HABITS = f"""
with gone_through as materialized (
  select o.label, e.id, e.at, e.counts from unnest(%(labels)s::text[]) o(label)
  cross join lateral (
    select e.id, e.at, {COUNTS_AS_A_LOOK} as counts from audit_entry e
     where e.actor_label = o.label and e.actor_label <> ''
       and e.at >= %(since)s and e.at < %(until)s
     order by e.at desc, e.id desc limit %(most)s + 1) e
), seen as materialized (
  select g.label, g.id, s.subject from gone_through g
  left join lateral (
    select s.subject from audit_subject s
     where g.counts and s.entry_id = g.id and s.at = g.at offset 0) s on true
)
select label, count(distinct subject), count(distinct id) > %(most)s from seen group by label
union all select null, count(distinct subject), false from seen
"""  # noqa: S608 - nothing but our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of each officer, and how many different persons all of them saw together at the least."""

    of: Mapping[str, Habit]
    known: int


def looks_by_officer(labels: Collection[str], since: datetime, until: datetime) -> Habits:
    """The habits of these officers in this time. One statement, at most 50,000 entries in all."""
    values: dict[str, Any] = {
        "labels": list(labels),
        "since": since,
        "until": until,
        "most": min(ROWS_AN_OFFICER, ROWS_IN_ALL // max(len(labels), 1)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HABITS, values)
        rows = cursor.fetchall()
    return Habits(
        of={
            label: Habit(persons=persons, is_more=is_more)
            for label, persons, is_more in rows
            if label is not None
        },
        known=next(persons for label, persons, _more in rows if label is None),
    )
