"""Entries about somebody, found from the person's side: the same cost however long the trail is."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from audit.models import AuditEntry
from audit.pages import PAGE_SIZE, Page, page_from

# The newest rows of each subject first, each with its one entry: `offset 0` keeps the planner from
# turning the inner query into a join over the whole trail, whatever its statistics say.
_ABOUT = """
select distinct on (found.at, found.id) found.*
  from unnest(%s::uuid[]) as asked(subject)
 cross join lateral (
  select entry.*
    from audit_subject s
   cross join lateral (
    select one.* from ({entries}) one where one.id = s.entry_id and one.at = s.at offset 0
   ) entry
   where s.subject = asked.subject {past}
   order by s.at {way}, s.entry_id {way}
   limit %s
 ) found
 order by found.at {way}, found.id {way}
 limit %s
"""


def page_about(
    subjects: Collection[UUID],
    entries: QuerySet[AuditEntry],
    *,
    cursor: str = "",
    size: int = PAGE_SIZE,
    lines_of: Callable[[Sequence[AuditEntry]], Sequence[Hashable]] | None = None,
) -> Page[AuditEntry]:
    """Those of these entries that are about any of the subjects, each once, newest first.

    `entries` only narrows by columns of the entry; its order is not looked at. `lines_of`: entries
    that are shown as one line are not parted by the end of a page (`audit.pages.page_from`).
    """
    try:
        wanted, values = entries.order_by().query.sql_with_params()
    except EmptyResultSet:  # a number no row can have, for example
        return Page([])

    def rows(edge: Sequence[Any], falling: bool, limit: int) -> list[AuditEntry]:
        step = ("<", "desc") if falling else (">", "asc")
        # The first comparison says to which months it goes, the second where in them it begins.
        past = f"and s.at {step[0]}= %s and (s.at, s.entry_id) {step[0]} (%s, %s)" if edge else ""
        statement = _ABOUT.format(entries=wanted, past=past, way=step[1])
        bounds = [edge[0], *edge] if edge else []
        asked = [[str(one) for one in subjects], *values, *bounds, limit, limit]
        return list(AuditEntry.objects.raw(statement, asked))

    return page_from(
        rows,
        AuditEntry,
        keys=("at", "id"),
        cursor=cursor,
        descending=True,
        size=size,
        lines_of=lines_of,
    )
