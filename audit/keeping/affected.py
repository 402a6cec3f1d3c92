"""What an erasure would take: from which entries, by whom, what sort of words. Never the words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from audit.keeping.away import months_away_of
from audit.keeping.erasing import Erasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Entries of one verb by one officer or job that say something and would be erased or kept.

    `sorts` are the names under which the words are kept. `shared` of the `entries` are about others
    as well.
    """

    verb: str
    label: str
    capacity: str
    entries: int
    shared: int
    first: datetime
    last: datetime
    sorts: list[str]


_AFFECTED = """
select e.verb, e.actor_label, e.capacity, count(*),
       count(*) filter (where not d.subjects <@ array[%(subject)s]::uuid[]), min(e.at), max(e.at),
       array(select distinct unnest(string_to_array(string_agg(n.sorts, ','), ',')) order by 1)
  from audit_subject s
  join audit_detail d on d.entry_id = s.entry_id and d.at = s.at
  join audit_entry e on e.id = s.entry_id and e.at = s.at
 cross join lateral (select string_agg(one, ',') sorts from jsonb_object_keys(d.body) one) n
 where s.subject = %(subject)s and s.at < %(until)s
 group by e.verb, e.actor_label, e.capacity order by count(*) desc, e.verb, e.actor_label
"""


def affected_by(erasure: Erasure) -> list[Affected]:
    """Every entry about the person of before that day that has words, in groups, the largest first.

    Gated: the person was recorded as seen before. What is in an archive now is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AFFECTED, {"subject": erasure.subject, "until": erasure.until})
        return [
            Affected(
                verb=verb,
                label=label,
                capacity=capacity,
                entries=entries,
                shared=shared,
                first=first,
                last=last,
                sorts=sorts,
            )
            for verb, label, capacity, entries, shared, first, last, sorts in cursor.fetchall()
        ]


def takes_nothing(erasure: Erasure) -> bool:
    """Whether there are no such words: none here, and no month in an archive that may hold some."""
    return not entries_taken(erasure) and not months_away_of(erasure)


def entries_taken(erasure: Erasure) -> dict[int, UUID | None]:
    """The entries whose words would go, each with the account that made it. No words, not gated."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.id, e.actor from audit_subject s"
            " join audit_entry e on e.id = s.entry_id and e.at = s.at"
            " where s.subject = %s and s.at < %s and e.detail_hash is not null"
            " and (%s or not exists (select from audit_subject o"
            " where o.entry_id = s.entry_id and o.at = s.at and o.subject <> s.subject))"
            " and not exists (select from audit_erasure x where x.entry_id = e.id)",
            [erasure.subject, erasure.until, erasure.with_others],
        )
        return dict(cursor.fetchall())
