"""How far the newest head has got: the file outside the database, and every witness.

The sealer notes it as it publishes; whoever raises the alarm reads it. Ages are counted by the
clock of the database, which both of them ask; what was noted while it was ahead is as old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

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
            "select place, abs(extract(epoch from clock_timestamp() - at))::float8,"
            " abs(extract(epoch from clock_timestamp() - silent_since))::float8, objection"
            " from audit_published order by place <> %s, place",
            [FILE],
        )
        return [Place(*row) for row in cursor.fetchall()]


def published_age(known: Sequence[Place]) -> float | None:
    """How many seconds ago the newest head got into the file outside. None: none ever did."""
    return next((place.age for place in known if place.is_file), None)


def witnessed_late(known: Sequence[Place]) -> float | None:
    """By how many seconds the witness that has most is behind the file; infinity where none of them
    has taken a head yet. None: there is no witness, or each of them objects, which is worse.

    Measured by the file, so that a sealer that stands still is not put on the witnesses.
    """
    witnesses = [place for place in known if not place.is_file and not place.objection]
    if not witnesses:
        return None
    newest = min((one.age for one in witnesses if one.age is not None), default=inf)
    return max(0.0, newest - (published_age(known) or 0))


def waiting_age() -> float | None:
    """How many seconds the oldest entry has waited for the seal; None when none waits.

    Heads are signed also when nothing is taken: a transaction held open would keep entries from
    the seal while every head looks fresh.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from clock_timestamp() - audit_oldest_waiting())::float8"
        )
        age: float | None = cursor.fetchone()[0]
    return age


def reached_age() -> float:
    """How many seconds behind the seal is, as the sealer noted it last: what stops all views when
    it grows too large. Grows by itself while nobody seals."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select abs(extract(epoch from clock_timestamp() - at))::float8 from audit_reached"
        )
        age: float = cursor.fetchone()[0]
    return age


def note_reached() -> None:
    """Note since when entries wait for the seal, or that none does: `audit_record` asks it.

    Called by the sealer in each pass, after its head. The database works it out: it is the moment
    of the entry first in the order of the seal, and never one to come.
    """
    with connection.cursor() as cursor:
        cursor.execute("select audit_note_reached()")


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
