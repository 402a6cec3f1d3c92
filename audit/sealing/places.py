"""How far the newest head has got: the file outside the database, and every witness.

The sealer notes it as it publishes; whoever raises the alarm reads it. Ages are counted by the
clock of the database, which both of them ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from audit.sealing.heads import Head

FILE = "file"


@dataclass(frozen=True, slots=True)
class Place:
    """One place heads are published at. Ages in seconds; `age` is None before its first head."""

    name: str
    age: float | None
    silent: float | None
    objection: str

    @property
    def age_in_seconds(self) -> int | None:
        """The same, without a fraction."""
        return None if self.age is None else int(self.age)

    @property
    def is_file(self) -> bool:
        return self.name == FILE


def places() -> list[Place]:
    """What is noted of every place, the file first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select place, extract(epoch from clock_timestamp() - at)::float8,"
            " extract(epoch from clock_timestamp() - silent_since)::float8, objection"
            " from audit_published order by place <> %s, place",
            [FILE],
        )
        return [Place(*row) for row in cursor.fetchall()]


def published_age(known: Sequence[Place]) -> float | None:
    """How many seconds ago the newest head had got to where nobody here can change it.

    It must be in the file, and where there are witnesses, at one of them. None: it never did.
    """
    file = next((place.age for place in known if place.is_file), None)
    witnesses = [place for place in known if not place.is_file]
    taken = [place.age for place in witnesses if place.age is not None and not place.objection]
    if file is None or (witnesses and not taken):
        return None
    return max(file, min(taken)) if taken else file


def waiting_age() -> float | None:
    """How many seconds the oldest entry has waited for the seal; None when none waits.

    Heads are signed also when nothing is taken: a transaction held open would keep entries from
    the seal while every head looks fresh.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select extract(epoch from clock_timestamp() - ({OLDEST_WAITING}))::float8"  # noqa: S608
        )
        age: float | None = cursor.fetchone()[0]
    return age


def reached_age() -> float:
    """How many seconds behind the seal is, as the sealer noted it last: what stops all views when
    it grows too large. Grows by itself while nobody seals."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from clock_timestamp() - at)::float8 from audit_reached"
        )
        age: float = cursor.fetchone()[0]
    return age


# The first entry, in the order of the seal, that is in no pass of this epoch. Entries of an epoch
# before may carry any transaction number: `upto_entry` tells them. One look into the index on
# (xid, id), from where the last pass ended.
OLDEST_WAITING = """
with o as materialized (
  select o.number, o.upto_entry, o.settled_xid, coalesce(p.upto_xid, o.from_xid) reached
    from audit_epoch o left join lateral (
      select upto_xid from audit_pass where epoch = o.number order by first_leaf desc limit 1) p
      on true
   order by o.number desc limit 1)
select e.at from audit_entry e
 where e.xid >= (select reached from o) and e.xid < pg_snapshot_xmax(pg_current_snapshot())
   and (e.id > (select upto_entry from o)
        or e.xid < (select settled_xid from o) and not exists (
          select from audit_pass p
           where p.epoch = (select number from o) and e.id = any(p.entries)))
 order by e.xid, e.id limit 1
"""

_REACHED = f"""
update audit_reached r set at = now_reached.at
  from (select coalesce(({OLDEST_WAITING}), clock_timestamp()) at) now_reached
 where r.at > now_reached.at or r.at < now_reached.at - interval '5 seconds'
"""  # noqa: S608 - our own words


def note_reached() -> None:
    """Note since when entries wait for the seal, or that none does: `audit_record` asks it.

    Written by the sealer in each pass, though not more often than every five seconds while all
    is well. The moment is that of the entry first in the order of the seal.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REACHED)


_NOTE = """
insert into audit_published as known (place, number, taken, at, silent_since, objection)
values (%s, %s, %s::int, case when %s then clock_timestamp() end,
        case when %s then clock_timestamp() end, %s)
on conflict (place) do update set
  taken = known.taken
    + case when excluded.number is distinct from known.number then excluded.taken else 0 end,
  number = coalesce(excluded.number, known.number),
  at = coalesce(excluded.at, known.at),
  silent_since = case when excluded.silent_since is null then null
                      else coalesce(known.silent_since, excluded.silent_since) end,
  objection = excluded.objection
"""


def note_taken(place: str, head: Head) -> None:
    """The place has the head."""
    _note(place, head.number, is_silent=False, objection="")


def note_silence(place: str) -> None:
    """The place does not answer."""
    _note(place, None, is_silent=True, objection="")


def note_objection(place: str, why: str) -> None:
    """The place answers that the head does not follow from what it has seen."""
    _note(place, None, is_silent=False, objection=why or "-")


def forget_other_places(wanted: Sequence[str]) -> None:
    """What is no longer in the settings raises no alarm."""
    with connection.cursor() as cursor:
        cursor.execute("delete from audit_published where place <> all(%s)", [list(wanted)])


def _note(place: str, number: int | None, *, is_silent: bool, objection: str) -> None:
    taken = number is not None
    plain = objection.replace("\x00", "")
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [place, number, taken, taken, is_silent, plain])
