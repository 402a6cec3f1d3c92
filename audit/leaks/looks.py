"""The looks of officers at certain people: index look-ups only, however long the trail is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.kernel.actors import STAFF_CAPACITIES

LOOKS_A_PERSON = 500
ROWS_A_PERSON = 5_000  # gone through for them: most rows may be of lists, owners and jobs
ROWS_IN_ALL = 100_000
_STAFF = ", ".join(f"'{capacity}'" for capacity in sorted(STAFF_CAPACITIES))
# Lists, and what those do who supervise looks, show covered names only, so nothing can have leaked
# from them; a question shows a name. A file of the trail leaves the portal whole, with full names
# of organisations, and its rows carry no mark: whoever fetched it had everybody in it.
COUNTS_AS_A_LOOK = (
    f"e.capacity in ({_STAFF}) and e.outcome <> 'refused' and e.verb not like '%%.listed'"
    " and (e.verb = 'trail.downloaded'"
    " or e.verb !~ '^(trail|protection|lookup_review|hold|erasure|alarm)[.]')"
)

# Sifted before it is limited, or lists would crowd out the looks. `offset 0` as in `audit.about`:
# one entry for each row. The row after the last one gone through is kept, to tell there is one.
_LOOKS = f"""
select found.id, found.at, found.actor_label, found.department, found.verb, asked.subject
  from unnest(%(subjects)s::uuid[]) asked(subject)
  cross join lateral (
    select e.*, s.nth
      from (
      select s.entry_id, s.at, row_number() over (order by s.at desc, s.entry_id desc) as nth
        from audit_subject s
       where s.subject = asked.subject and s.at >= %(since)s and s.at < %(until)s
       order by s.at desc, s.entry_id desc limit %(rows)s + 1) s
      left join lateral (
      select e.id, e.at, e.actor_label, e.department, e.verb from audit_entry e
       where s.nth <= %(rows)s and e.id = s.entry_id and e.at = s.at
         and e.at >= %(since)s and e.at < %(until)s and {COUNTS_AS_A_LOOK} offset 0) e on true
     where e.id is not null or s.nth > %(rows)s
     order by s.nth limit %(most)s + 1) found
 order by asked.subject, found.nth
"""  # noqa: S608 - nothing but our own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One officer saw one of the people asked about."""

    entry_id: int
    at: datetime
    officer: str
    department: str
    verb: str
    subject: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The looks found, and of how many people there may be older ones that were not read."""

    found: list[Look]
    cut: int


def looks_at(subjects: Collection[UUID], since: datetime, until: datetime) -> Looks:
    """Who looked at these people in this time: of each person the newest 500 looks, among the
    newest 5,000 entries; fewer where more than twenty people are asked about."""
    values: dict[str, Any] = {
        "subjects": [str(one) for one in subjects],
        "since": since,
        "until": until,
        "rows": min(ROWS_A_PERSON, ROWS_IN_ALL // max(len(subjects), 1)),
        "most": LOOKS_A_PERSON,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, values)
        rows = cursor.fetchall()
    found: list[Look] = []
    cut: set[UUID] = set()
    read: Counter[UUID] = Counter()
    for entry, at, label, office, verb, who in rows:
        read[who] += 1
        if entry is None or read[who] > LOOKS_A_PERSON:
            cut.add(who)
            continue
        found.append(
            Look(entry_id=entry, at=at, officer=label, department=office, verb=verb, subject=who)
        )
    return Looks(found=found, cut=len(cut))
