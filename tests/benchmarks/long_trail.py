"""What supervisors and citizens ask of a trail of millions, against the bare SQL for the same.

Small scale writes a hundred thousand entries, SCALE=full ten million; both over a year of months.
"""

import csv
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.actions.make_export import make_export
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor
from audit.leaks.trace import trace_leak
from audit.room.officer_week import week_of
from audit.room.weeks import Week
from audit.selectors import TrailSearch, entries_visible_to
from identity.selectors.looks import Reader
from identity.selectors.reach_of_holds import holds_reaching
from portal.myspace.looks import looks_by_people
from portal.sample.cases import officer
from tests.benchmarks.measure import Figure, in_turns
from tests.benchmarks.trail_rows import BUSIEST, BUSY, ORDINARY, person, write_year
from tests.conftest import as_owner

SMALL, FULL = 100_000, 10_000_000
ROUNDS = 20
LEAKED = 200
SOMEBODY = 7
MONTHS_ASKED = timedelta(days=90)


def long_trail() -> Iterator[str]:
    """Write the year, then ask."""
    count = FULL if os.environ.get("SCALE") == "full" else SMALL
    with as_owner():
        first, last = write_year(count, _say)
    yield f"a trail of {count:,} entries, {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    supervisor = officer("supervisor1")
    yield views_of_one_person("views of one person", person(SOMEBODY)).line()
    yield views_of_one_person("views of one person, a full page", person(0)).line()
    for who in (ORDINARY, BUSY, BUSIEST):
        yield officers_week(supervisor, who, last).line()
    yield leak(supervisor, last).line()
    for who in (BUSY, BUSIEST):
        yield file_of_an_officer(supervisor, who, last).line()


def views_of_one_person(name: str, someone: UUID) -> Figure:
    """What /my/access/ asks: the newest looks of officers at one person, in words."""
    reader = Reader(uuid4(), [someone], [someone], holds_reaching([someone]))

    def ours() -> object:
        with transaction.atomic():
            return looks_by_people(reader)

    bare = _sql(
        "select e.* from audit_subject s join audit_entry e on e.id = s.entry_id and e.at = s.at"
        " where s.subject = %s order by s.at desc, s.entry_id desc limit 51",
        [someone],
    )
    return Figure(name, *in_turns(ours, bare, ROUNDS))


def officers_week(supervisor: Actor, who: str, last: datetime) -> Figure:
    """Every act and look of one officer in one week."""
    week = Week.of(timezone.localdate(last) - timedelta(weeks=2))
    bare = _sql(
        "select at, verb, purpose_kind from audit_entry"
        " where actor_label = %s and at >= %s and at < %s order by at, id",
        [who, week.start, week.end],
    )
    ours = lambda: week_of(entries_visible_to(supervisor), who, week)  # noqa: E731
    return Figure(f"officer's week ({who})", *in_turns(ours, bare, ROUNDS))


def leak(supervisor: Actor, last: datetime) -> Figure:
    """Who looked at two hundred people within three months."""
    people = [person(1000 + number) for number in range(LEAKED)]
    since = last - MONTHS_ASKED
    bare = _sql(
        "select e.actor_label, s.subject from audit_subject s"
        " join audit_entry e on e.id = s.entry_id and e.at = s.at"
        " where s.subject = any(%s) and s.at >= %s and s.at < %s",
        [people, since, last],
    )
    ours = lambda: trace_leak(supervisor, people, since, last)  # noqa: E731
    return Figure("leak trace, 200 persons", *in_turns(ours, bare, ROUNDS))


def file_of_an_officer(supervisor: Actor, who: str, last: datetime) -> Figure:
    """Whose data an officer opened in three months, to the finished file: of a busy officer, with
    hundreds of looks a day, and of one with thousands, as a program would make them."""
    since = last - MONTHS_ASKED
    asker = supervisor.proven(timezone.now())
    second = officer("supervisor2").proven(timezone.now())
    bare_sql = _sql(
        "select s.subject, count(*), min(e.at), max(e.at) from audit_entry e"
        " join audit_subject s on s.entry_id = e.id and s.at = e.at"
        " where e.actor_label = %s and e.at >= %s and e.at < %s group by 1",
        [who, since, last],
    )

    def ours() -> None:
        with transaction.atomic():
            search = TrailSearch(officer=who, since=since, until=last)
            export = ask_for_export(
                actor=asker,
                kind=TrailExport.Kind.PEOPLE,
                search=search,
                post=None,
                inquiry="1",
                ground=TrailExport.Ground.REVIEW,
            )
            answer_export(actor=second, number=export.number, allow=True)
            make_export({"export": str(export.pk)}, "")

    def bare() -> None:
        with tempfile.TemporaryFile("w", newline="") as file:
            csv.writer(file).writerows(bare_sql())

    people = len(bare_sql())
    return Figure(f"whose data {who} opened: {people:,}, as a file", *in_turns(ours, bare, 2))


def _sql(statement: str, values: list[Any]) -> Any:
    def asked() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    return asked


def _say(written: int) -> None:
    sys.stderr.write(f"\r{written:,} entries written")
    sys.stderr.flush()
