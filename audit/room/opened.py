"""Whose data an officer opened in a time: everybody once, by how many entries, and when
first and last.

The trace is the key: whoever an entry of the officer names was open to the officer, whether looked
at or worked on. Refused acts opened nobody.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.pages import MAX_CURSOR, PAGE_SIZE
from audit.room.weeks import first_moment, last_moment
from audit.selectors import entries_visible_to, within, work_of

AT_ONCE = 2000
SPAN = timedelta(days=92)  # three months are grouped at once, however long the time asked about
_BEYOND = ' where (g."last", g.subject) < (%s, %s)'
_ORDER = ' order by g."last" desc, g.subject desc'


@dataclass(frozen=True, slots=True)
class Opened:
    """One person or organisation, as one officer met it: by how many entries, looks and acts
    alike, first and last."""

    subject: UUID
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """Some of them, the last met first, the cursor of those further back, and how many persons and
    organisations they all are."""

    rows: list[Opened]
    after: str = ""
    everybody: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Days that are shown together, and the day from which on to look further back, if any."""

    first: date
    last: date
    further: date | None

    @property
    def since(self) -> datetime:
        """The first moment of it."""
        return first_moment(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return last_moment(self.last)


def newest_span(actor: Actor, officer: str, first: date, last: date) -> Span | None:
    """The newest three months, at most, between two days in which the officer did anything; months
    without an act are passed over. None: nothing in that time."""
    time = within(first_moment(first), last_moment(last))
    acts = entries_visible_to(actor).filter(time, work_of(officer))
    newest = acts.order_by("-at", "-id").values_list("at", flat=True).first()
    if newest is None:
        return None
    ends = timezone.localtime(newest).date()
    begins = max(first, ends - SPAN)
    return Span(begins, ends, begins - timedelta(days=1) if begins > first else None)


def opened_by(
    actor: Actor, officer: str, since: datetime, until: datetime, cursor: str = ""
) -> OpenedPage:
    """One page. It groups every entry of that time: ask for one `Span` after the other."""
    everybody, values = _everybody(actor, officer, since, until)
    edge = _read(cursor)
    beyond = _BEYOND if edge else ""
    with connection.cursor() as database:
        database.execute(
            f"select g.* from (select a.*, count(*) over () from ({everybody}) a) g"  # noqa: S608
            f"{beyond}{_ORDER} limit {PAGE_SIZE + 1}",
            (*values, *edge),
        )
        found = database.fetchall()
    rows = [Opened(*row[:-1]) for row in found[:PAGE_SIZE]]
    after = _write(rows[-1]) if len(found) > PAGE_SIZE else ""
    return OpenedPage(rows, after, everybody=found[0][-1] if found else 0)


def everybody_opened_by(
    actor: Actor, officer: str, since: datetime, until: datetime
) -> Iterator[list[Opened]]:
    """All of them in portions, from a cursor of the server: memory stays flat however many."""
    everybody, values = _everybody(actor, officer, since, until)
    with closing(connection.chunked_cursor()) as database:
        database.execute(f"select g.* from ({everybody}) g{_ORDER}", values)  # noqa: S608
        while rows := database.fetchmany(AT_ONCE):
            yield [Opened(*row) for row in rows]


def _everybody(
    actor: Actor, officer: str, since: datetime, until: datetime
) -> tuple[str, tuple[Any, ...]]:
    """The statement, and its values. Entries the reader must not hear of count for nobody. The days
    are said of the subjects too, or those of every month would be read."""
    seen = entries_visible_to(actor).filter(work_of(officer), within(since, until))
    acts, values = seen.exclude(outcome="refused").values("id", "at").query.sql_with_params()
    return (
        'select s.subject, count(*) times, min(e.at) "first", max(e.at) "last"'  # noqa: S608
        f" from ({acts}) e join audit_subject s on s.entry_id = e.id and s.at = e.at"
        " where s.at >= %s and s.at < %s group by s.subject",
        (*values, since, until),
    )


def _write(row: Opened) -> str:
    raw = json.dumps([row.last.isoformat(), str(row.subject)])
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[Any, ...]:
    """Where the page before ended; nothing for what is no cursor of ours."""
    if not cursor or len(cursor) > MAX_CURSOR:
        return ()
    try:
        at, subject = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment, edge = datetime.fromisoformat(at), UUID(subject)
    except (ValueError, TypeError, AttributeError):
        return ()
    return (moment, edge) if moment.tzinfo is not None else ()
