"""How many persons officers see anyway: the base rate against which a fit is weighed.

Counted, never carried on: of each officer up to 5,000 entries of this time are gone through, of all
together 10,000, the more the more of the persons asked about the officer saw: the answer costs the
same for one who looked a hundred times and one who looked a hundred thousand times, and whoever saw
few of the persons need not be known so well. Beyond that "at least" stands before the number
(`Habit.is_more`).

The statement repeats that a label is not empty: that is the condition of the index it needs. It
asks for the subjects of one look after the other (`offset 0`), never for those of all entries. How
many entries are read stands in a column, which the planner does not know: for a number it knows it
would rather read and sort all the officer's entries of this time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from audit.leaks.fit import Habit
from audit.leaks.looks import COUNTS_AS_A_LOOK

ROWS_AN_OFFICER, ROWS_IN_ALL = 5_000, 10_000
LEAST_ROWS = 50

_HABITS = f"""
with gone_through as materialized (
  select o.label, o.most, e.id, e.at, e.counts
    from unnest(%(labels)s::text[], %(most)s::int[]) o(label, most)
   cross join lateral (
    select e.id, e.at, {COUNTS_AS_A_LOOK} as counts from audit_entry e
     where e.actor_label = o.label and e.actor_label <> ''
       and e.at >= %(since)s and e.at < %(until)s
     order by e.at desc, e.id desc limit o.most + 1) e
), seen as materialized (
  select distinct g.label, s.subject from gone_through g
   cross join lateral (
    select s.subject from audit_subject s
     where s.entry_id = g.id and s.at = g.at offset 0) s
   where g.counts
)
select label, coalesce(persons, 0), is_more
  from (select label, count(*) > most as is_more from gone_through group by label, most) read
  left join (select label, count(*) as persons from seen group by label) counted using (label)
union all select null, count(distinct subject), false from seen
"""  # noqa: S608 - nothing but our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of each officer, and how many different persons all of them saw together at the least."""

    of: Mapping[str, Habit]
    known: int


def looks_by_officer(seen: Mapping[str, int], since: datetime, until: datetime) -> Habits:
    """The habits of these officers in this time; `seen`: how many of the persons asked about each
    of them saw. One statement."""
    share = ROWS_IN_ALL / max(sum(seen.values()), 1)
    most = [
        min(max(int(share * persons), LEAST_ROWS), ROWS_AN_OFFICER) for persons in seen.values()
    ]
    values: dict[str, Any] = {"labels": list(seen), "most": most, "since": since, "until": until}
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
