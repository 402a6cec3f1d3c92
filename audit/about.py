"""Entries about somebody, found from the person's side: the same cost however long the trail is."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import AuditEntry, AuditSubject
from audit.pages import PAGE_SIZE, Page, page_from

# The next rows of each subject: a join over the rows of all of them would read them all.
_REACH = """
select min(at), max(at), count(*), (array_agg(at order by at {way}))[%s]
  from (
  select found.at
    from unnest(%s::uuid[]) as asked(subject)
   cross join lateral (
    select s.at from audit_subject s
     where s.subject = asked.subject {past}
     order by s.at {way}, s.entry_id {way}
     limit %s
   ) found
   order by found.at {way}
   limit %s
  ) next
"""

# Each row with its one entry: `offset 0` keeps the planner from turning the inner query into a join
# over the whole trail, whatever its statistics say.
_ABOUT = """
select distinct on (found.at, found.id) found.*
  from unnest(%s::uuid[]) as asked(subject)
 cross join lateral (
  select entry.*
    from audit_subject s
   cross join lateral (
    select one.* from ({entries}) one
     where one.id = s.entry_id and one.at = s.at and one.at between %s and %s offset 0
   ) entry
   where s.subject = asked.subject and s.at between %s and %s {past}
   order by s.at {way}, s.entry_id {way}
   limit %s
 ) found
 order by found.at {way}, found.id {way}
 limit %s
"""

# From these entries to whom each is about, for the same reason.
_BY_PURPOSE = """
select distinct one.purpose, about.subject
  from ({entries}) one
 cross join lateral (
  select s.subject from audit_subject s where s.entry_id = one.id and s.at = one.at offset 0
 ) about
"""
REACH, FURTHER = 1_000, 4
"""How many rows are gone through at once, and how many times as many if too few were wanted."""


def page_about(
    subjects: Collection[UUID],
    entries: QuerySet[AuditEntry],
    *,
    cursor: str = "",
    size: int = PAGE_SIZE,
    lines_of: Callable[[Sequence[AuditEntry]], Sequence[Hashable]] | None = None,
    are_most: bool = False,
) -> Page[AuditEntry]:
    """Those of these entries that are about any of the subjects, each once, newest first.

    `entries` only narrows by columns of the entry; its order is not looked at. `lines_of`: entries
    that are shown as one line are not parted by the end of a page (`audit.pages.page_from`).
    `are_most`: of what is about them most is wanted, so that it is looked for among the nearest
    rows first, as many as are wanted.

    Two statements as a rule: the first says within which moments to look, since planning the second
    for every month of the trail would cost more than all the rest.
    """
    try:
        wanted, values = entries.order_by().query.sql_with_params()
    except EmptyResultSet:  # a number no row can have, for example
        return Page([])
    asked = [str(one) for one in subjects]

    def rows(edge: Sequence[Any], falling: bool, limit: int) -> list[AuditEntry]:
        sign, way = ("<", "desc") if falling else (">", "asc")
        found: list[AuditEntry] = []
        reach = REACH
        while len(found) < limit:
            past, bounds = _past(edge, sign)
            near = limit if are_most else reach
            moments = _moments(asked, past, bounds, way=way, reach=reach, near=near)
            if not moments.count:
                break
            for within in moments.portions(falling):
                past, bounds = _past(edge, sign)
                statement = _ABOUT.format(entries=wanted, past=past, way=way)
                left = limit - len(found)
                given = [asked, *values, *within, *within, *bounds, left, left]
                found += AuditEntry.objects.raw(statement, given)
                edge = [within[0] if falling else within[1]]
                if len(found) == limit:
                    break
            if moments.count < reach:
                break
            reach *= FURTHER
        return found

    return page_from(
        rows,
        AuditEntry,
        keys=("at", "id"),
        cursor=cursor,
        descending=True,
        size=size,
        lines_of=lines_of,
    )


def _past(edge: Sequence[Any], sign: str) -> tuple[str, list[Any]]:
    """The condition for rows beyond an edge, with its values: a moment and the number of an entry,
    or a moment of which every entry has been seen."""
    if not edge:
        return "", []
    if len(edge) == 1:
        return f"and s.at {sign} %s", [*edge]
    # The first comparison says to which months it goes, the second where in them it begins.
    return f"and s.at {sign}= %s and (s.at, s.entry_id) {sign} (%s, %s)", [edge[0], *edge]


@dataclass(frozen=True, slots=True)
class _Moments:
    """The first and last moment of the next rows of all subjects together, how many these are, and
    the moment of one of them that is near, if there are that many. Rows of the outermost moment may
    be more than were counted."""

    first: datetime
    last: datetime
    count: int
    near: datetime | None

    def portions(self, falling: bool) -> list[tuple[datetime, datetime]]:
        """Within which moments to look, one after the other: to the near one, and from there on."""
        if self.near is None or self.near == (self.first if falling else self.last):
            return [(self.first, self.last)]
        parts = [(self.first, self.near), (self.near, self.last)]
        return parts[::-1] if falling else parts


def _moments(
    asked: list[str], past: str, bounds: list[Any], *, way: str, reach: int, near: int
) -> _Moments:
    """Of the next `reach` rows, or all there are."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH.format(past=past, way=way), [near, asked, *bounds, reach, reach])
        return _Moments(*cursor.fetchone())


def is_about(subjects: Collection[UUID]) -> Q:
    """That an entry is about any of these, as a condition on entries."""
    rows = AuditSubject.objects.filter(
        entry_id=OuterRef("pk"), at=OuterRef("at"), subject__in=subjects
    )
    return Q(Exists(rows))


def subjects_by_purpose(entries: QuerySet[AuditEntry]) -> list[tuple[str, UUID]]:
    """Whom these entries are about, each person once for each purpose. Found from the entries:
    narrow them by their purpose, for which there is an index."""
    wanted, values = entries.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BY_PURPOSE.format(entries=wanted), values)
        found: list[tuple[str, UUID]] = cursor.fetchall()
    return found
