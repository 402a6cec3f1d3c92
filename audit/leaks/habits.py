"""How many persons officers see anyway: the base rate against which a fit is weighed.

Read from the newest looks of each officer, so that the answer costs the same for one who looked a
hundred times and one who looked a hundred thousand times. Beyond that the number is carried on in
proportion, which counts persons seen twice as two: too busy rather than too quiet.

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

LOOKS_READ = 100

_HABITS = f"""
with look as materialized (
  select o.label, e.id, e.at from unnest(%(labels)s::text[]) o(label)
  cross join lateral (
    select e.id, e.at from audit_entry e
     where e.actor_label = o.label and e.actor_label <> ''
       and e.at >= %(since)s and e.at < %(until)s and {COUNTS_AS_A_LOOK}
     order by e.at desc, e.id desc limit %(most)s) e
), seen as materialized (
  select l.label, l.id, l.at, s.subject from look l
  left join lateral (
    select s.subject from audit_subject s where s.entry_id = l.id and s.at = l.at offset 0) s
    on true
)
select label, count(distinct id), count(distinct subject), min(at) from seen group by label
union all select null, 0, count(distinct subject), null from seen
"""  # noqa: S608 - nothing but our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of each officer, and how many different persons all of them saw together at the least."""

    of: Mapping[str, Habit]
    known: int


def looks_by_officer(labels: Collection[str], since: datetime, until: datetime) -> Habits:
    """The habits of these officers in this time. One statement, at most 100 looks of each."""
    values: dict[str, Any] = {
        "labels": list(labels),
        "since": since,
        "until": until,
        "most": LOOKS_READ,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HABITS, values)
        rows = cursor.fetchall()
    together = next(persons for label, _looks, persons, _at in rows if label is None)
    habits = {
        label: _habit(looks, persons, first_at, since, until)
        for label, looks, persons, first_at in rows
        if label is not None
    }
    most = max((habit.persons for habit in habits.values()), default=0)
    return Habits(of=habits, known=max(together, most))


def _habit(looks: int, persons: int, first_at: datetime, since: datetime, until: datetime) -> Habit:
    if looks < LOOKS_READ:
        return Habit(persons=persons, looks=looks)
    read = max((until - first_at).total_seconds(), 1.0)
    times = max((until - since).total_seconds() / read, 1.0)
    return Habit(persons=round(persons * times), looks=round(looks * times))
