"""The looks of officers at certain people: index look-ups only, however long the trail is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.kernel.actors import STAFF_CAPACITIES

LOOKS_A_PERSON = 500
_STAFF = ", ".join(f"'{capacity}'" for capacity in sorted(STAFF_CAPACITIES))
# Lists, and what those do who supervise looks, show covered names only, so nothing can have leaked
# from them; a question shows a name.
COUNTS_AS_A_LOOK = (
    f"e.capacity in ({_STAFF}) and e.outcome <> 'refused' and e.verb not like '%%.listed'"
    " and e.verb !~ '^(trail|protection|lookup_review|hold|erasure|alarm)[.]'"
)

_LOOKS = f"""
select e.id, e.at, e.actor_label, e.department, e.verb, s.subject
  from unnest(%(subjects)s::uuid[]) asked(subject)
  cross join lateral (
    select s.entry_id, s.at, s.subject from audit_subject s
     where s.subject = asked.subject and s.at >= %(since)s and s.at < %(until)s
     order by s.at desc, s.entry_id desc limit %(most)s) s
  join audit_entry e on e.id = s.entry_id and e.at = s.at
   and e.at >= %(since)s and e.at < %(until)s
 where {COUNTS_AS_A_LOOK}
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


def looks_at(subjects: Collection[UUID], since: datetime, until: datetime) -> list[Look]:
    """Who looked at these people in this time; of each person the newest 500 entries are read."""
    values: dict[str, Any] = {
        "subjects": [str(one) for one in subjects],
        "since": since,
        "until": until,
        "most": LOOKS_A_PERSON,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, values)
        return [
            Look(entry_id=entry, at=at, officer=label, department=office, verb=verb, subject=who)
            for entry, at, label, office, verb, who in cursor.fetchall()
        ]
