"""A year of trail, made up in the database itself: as many entries as are wanted, and fast.

Nobody's: officers, persons and cases are numbers turned into codes and ids. Written as the owner,
because nobody else can; the entries are shaped like those of a busy portal, each about one person.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

OFFICERS = 2_000
PERSONS = 500_000
OFTEN = 500  # one entry in so many is about the person of number 0
AT_ONCE = 10_000
YEAR = timedelta(days=360)
APART = timedelta(microseconds=10)
BUSIEST, BUSY, ORDINARY = "T-0000", "T-0005", "T-0500"

_INSERT = """
with made as (
  select g, %(start)s::timestamptz + g * %(step)s::interval as at,
         -- One person is looked at again and again, the others now and then.
         case when g %% %(often)s = 0 then 0
              else (hashint8(g) & 1048575) %% %(persons)s end as person,
         -- A few officers see very much, most see little.
         floor(%(officers)s * ((hashint8(g * 7) & 1048575) / 1048576.0) ^ 3)::int as officer
    from generate_series(%(first)s, %(last)s) g),
entries as (
  insert into audit_entry(
    at, actor, actor_label, capacity, department, region, sign_in, verb, object_kind, object_id,
    purpose_kind, purpose, outcome, request_id)
  select at, md5('o' || officer)::uuid, 'T-' || lpad(officer::text, 4, '0'), 'clerk',
         'D' || officer %% 100, '511602000000', 's' || officer,
         (array['application.viewed', 'application.viewed', 'application.viewed', 'case.claimed',
                'value.revealed', 'application.approved'])[1 + g %% 6],
         'applications.application', person::text, 'case',
         'YB-2026-' || lpad(upper(to_hex(person)), 8, '0'), 'done', 'r'
    from made order by g returning id, at, object_id)
insert into audit_subject(entry_id, subject, at)
select id, md5('p' || object_id)::uuid, at from entries
"""


def person(number: int) -> UUID:
    """The made-up person of a number."""
    with connection.cursor() as cursor:
        cursor.execute("select md5('p' || %s)::uuid", [str(number)])
        found: UUID = cursor.fetchone()[0]
    return found


def write_year(count: int, progress: Callable[[int], None]) -> tuple[datetime, datetime]:
    """Write `count` entries, evenly over the last 360 days; returns first and last moment."""
    end = datetime.now(UTC)
    start = end - YEAR
    with connection.cursor() as cursor:
        cursor.execute("select audit_make_room(%s::date, %s::date)", [start, end])
    _write(count, start, YEAR / count, progress)
    return start, end


def write_now(count: int, progress: Callable[[int], None]) -> None:
    """Write `count` entries of these seconds, each of a moment of its own."""
    _write(count, datetime.now(UTC) - count * APART, APART, progress)


def _write(count: int, start: datetime, step: timedelta, progress: Callable[[int], None]) -> None:
    with connection.cursor() as cursor:
        for first in range(0, count, AT_ONCE):
            last = min(first + AT_ONCE, count) - 1
            values = {"start": start, "step": step, "first": first, "last": last}
            scale = {"officers": OFFICERS, "often": OFTEN}
            cursor.execute(_INSERT, {**values, **scale, "persons": PERSONS})
            progress(last + 1)
        cursor.execute("analyze audit_entry, audit_subject")
