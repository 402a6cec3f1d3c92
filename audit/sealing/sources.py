"""What a check reads, and how the database gives it. `export` gives the same from a file."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from django.db import connection

from audit.sealing.heads import Head
from audit.sealing.keyring import known_keys
from audit.sealing.keys import KnownKey
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import HASH, TILE
from audit.sealing.store import EVER, Span, heads_from, leaves_of, tile

AT_ONCE = 100_000  # entries whose words are asked about in one statement
HEADS_AT_ONCE = 2000
LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1  # of a bigint


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of the sealer: which entries became the leaves from `first` on, in this order."""

    epoch: int
    first: int
    entries: list[int]
    span: Span = EVER


@dataclass(frozen=True, slots=True)
class Away:
    """A month that left as a file. `name` is how the trail names it (month, entries, hash).

    `is_told` says whether the entry `told_by` is here and tells so.
    """

    month: date
    entries: int
    name: str
    is_told: bool
    told_by: int

    def has(self, moment: datetime) -> bool:
        """Whether what was written at this moment left with it."""
        at = moment.astimezone(UTC)
        return (at.year, at.month) == (self.month.year, self.month.month)

    def touches(self, span: Span) -> bool:
        """Whether entries written in this span can have left with it."""
        start = datetime(self.month.year, self.month.month, 1, tzinfo=UTC)
        end = start + timedelta(days=31)
        return (span.latest is None or span.latest >= start) and (
            span.earliest is None or span.earliest < end
        )


class Source(Protocol):
    """Everything a check needs, in the order it is needed."""

    def known_keys(self) -> list[KnownKey]: ...

    def away(self) -> list[Away]:
        """The months whose entries are in archives and not here."""

    def heads(self) -> Iterator[Head]:
        """Every head, by number."""

    def passes(self) -> Iterator[Pass]:
        """Every pass, by epoch and first leaf."""

    def leaves(self, one: Pass) -> Iterator[Leaf]:
        """The entries of a pass as they stand now, by id; missing ones are left out."""

    def hashes(self, one: Pass) -> bytes:
        """The leaf hashes written down when the pass was sealed."""

    def strays(self) -> list[int]:
        """Entries that should have been sealed long ago and are in no pass, by id."""

    def unsealed(self) -> list[int]:
        """Entries that are still in no pass, though heads were signed for ten minutes since."""

    def other_transactions(self) -> list[int]:
        """Sealed entries whose transaction is none of those their pass took, by id."""

    def loose_passes(self) -> list[tuple[int, int]]:
        """Passes that do not go on with the transaction where the one before ended, or take over
        what their epoch does not say, by epoch and first leaf."""

    def inner_tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        """Epoch, level, place and hashes of every tile above the leaves."""

    def words_amiss(self) -> Iterator[tuple[int, bool]]:
        """Entries whose words are not those that were hashed, by id, and whether they are gone."""

    def waiting(self, verbs: Collection[str]) -> Iterator[Leaf]:
        """Entries of these verbs that no pass has taken yet."""


class DatabaseSource:
    """The trail as it stands in the database, up to the newest pass and head there are now.

    The sealer goes on meanwhile; what it takes later is for the next check.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_UPTO)  # one statement: a pass and its head are committed together
            self._last_head, *self._last_pass = cursor.fetchone()

    def known_keys(self) -> list[KnownKey]:
        return known_keys()

    def heads(self) -> Iterator[Head]:
        number = LOWEST
        while found := heads_from(
            "number > %s and number <= %s order by number limit %s",
            [number, self._last_head, HEADS_AT_ONCE],
        ):
            yield from found
            number = found[-1].number

    def away(self) -> list[Away]:
        with connection.cursor() as cursor:
            cursor.execute(_AWAY)
            return [Away(*row) for row in cursor.fetchall()]

    def passes(self) -> Iterator[Pass]:
        place = [0, -1]
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_PASSES, [*place, *self._last_pass])
                rows = cursor.fetchall()
            if not rows:
                return
            for epoch, first, entries, earliest, latest in rows:
                place = [epoch, first]
                yield Pass(epoch, first, entries, Span(earliest, latest))

    def leaves(self, one: Pass) -> Iterator[Leaf]:
        return leaves_of(one.entries, one.span)

    def hashes(self, one: Pass) -> bytes:
        return hashes_of(one)

    def strays(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(_STRAYS)
            return [row[0] for row in cursor.fetchall()]

    def unsealed(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(_UNSEALED)
            return [row[0] for row in cursor.fetchall()]

    def other_transactions(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(_OTHER_TRANSACTIONS, self._last_pass)
            return [row[0] for row in cursor.fetchall()]

    def loose_passes(self) -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_LOOSE_PASSES, self._last_pass)
            return [(epoch, first) for epoch, first in cursor.fetchall()]

    def inner_tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select epoch, level, place, hashes from audit_tile where level > 0"
                " order by epoch, level, place"
            )
            for epoch, level, place, hashes in cursor.fetchall():
                yield epoch, level, place, bytes(hashes)

    def words_amiss(self) -> Iterator[tuple[int, bool]]:
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(min(id), 1) - 1, coalesce(max(id), 0) from audit_entry")
            first, last = cursor.fetchone()
            steps = range(first, last, AT_ONCE)
            beyond = [(LOWEST, first), (max(last, first + len(steps) * AT_ONCE), HIGHEST)]
            for after, upto in [*((one, one + AT_ONCE) for one in steps), *beyond]:
                cursor.execute(
                    "select entry_id, gone from audit_words_amiss(%s, %s)", [after, upto]
                )
                yield from cursor.fetchall()

    def waiting(self, verbs: Collection[str]) -> Iterator[Leaf]:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [*self._last_pass, list(verbs)])
            found = [row[0] for row in cursor.fetchall()]
        return leaves_of(found)


_UPTO = """
select (select max(number) from audit_head), p.epoch, p.first_leaf
  from (values (1)) o left join lateral (
    select epoch, first_leaf from audit_pass order by epoch desc, first_leaf desc limit 1) p on true
"""
_PASSES = """
select epoch, first_leaf, entries, earliest, latest from audit_pass
 where (epoch, first_leaf) > (%s, %s) and (epoch, first_leaf) <= (%s, %s)
 order by epoch, first_leaf limit 4
"""
_WAITING = """
select id from audit_entry
 where xid >= coalesce((select upto_xid from audit_pass where (epoch, first_leaf) = (%s, %s)), '0')
   and verb = any(%s) order by id
"""
_AWAY = """
select a.month, a.entries, n.name,
       exists (select from audit_entry e where e.id = a.archived_by
                  and e.verb = 'trail.archived' and e.object_id = n.name),
       a.archived_by
  from audit_archive a, lateral (
    select to_char(a.month, 'YYYY-MM') || '/' || a.entries || '/'
           || translate(rtrim(encode(a.sha256, 'base64'), '='), '+/', '-_') as name) n
 where a.restored_by is null order by 1
"""

# The transaction of an entry is under no hash, but a pass takes all entries of its transactions and
# no others. Only what an epoch takes over is older, and what came back with its month counts as the
# very first.
_OTHER_TRANSACTIONS = """
select e.id from audit_pass p cross join unnest(p.entries) taken(id)
  join audit_entry e on e.id = taken.id
 where (p.epoch, p.first_leaf) <= (%s, %s) and p.upto_xid <> p.from_xid
   and (e.xid < p.from_xid or e.xid >= p.upto_xid)
   and not (e.xid = '3' and exists (
     select from audit_archive a where a.restored_by is not null
        and a.month = date_trunc('month', e.at at time zone 'UTC')::date))
 order by 1 limit 100
"""
_LOOSE_PASSES = """
select epoch, first_leaf from (
  select p.*, o.left_over, coalesce(
           lag(p.upto_xid) over (partition by p.epoch order by p.first_leaf), o.from_xid) due
    from audit_pass p left join audit_epoch o on o.number = p.epoch
   where (p.epoch, p.first_leaf) <= (%s, %s)) one
 where from_xid is distinct from due or upto_xid < from_xid
    or upto_xid = from_xid and (first_leaf > 0 or entries <> left_over)
    or first_leaf = 0 and left_over <> '{}' and upto_xid <> from_xid
 order by 1, 2 limit 100
"""


def hashes_of(one: Pass) -> bytes:
    """The leaf hashes of a pass, as its tiles hold them."""
    start, end = one.first, one.first + len(one.entries)
    found = b"".join(
        tile(one.epoch, 0, place) for place in range(start // TILE, (end - 1) // TILE + 1)
    )
    offset = start % TILE * HASH
    return found[offset : offset + len(one.entries) * HASH]


# Transactions below the last pass have all been sealed, and none above the newest exists yet: an
# entry of either kind that is in no pass was slipped in with a number given by hand. The reader's
# own transaction, which may have recorded this very check, is neither. Nor may an id stand twice,
# or a subject under a moment that is not its entry's: both would be read and are in no leaf. A pass
# counts if a head covers it: the sealer signs one with every pass.
_REACHED = """
with reached as (
  select coalesce(max(p.upto_xid), o.from_xid) upto
    from audit_epoch o left join audit_pass p on p.epoch = o.number
   group by o.number, o.from_xid order by o.number desc limit 1)
"""
_COVERED = """
except select unnest(p.entries) from audit_pass p
  join (select epoch, max(size) covered from audit_head group by epoch) h
    on h.epoch = p.epoch and p.first_leaf + p.size <= h.covered
"""
_STRAYS = f"""
{_REACHED}
select e.id from audit_entry e, reached
 where (e.xid < reached.upto or e.xid >= pg_snapshot_xmax(pg_current_snapshot()))
   and e.xid is distinct from pg_current_xact_id_if_assigned()
{_COVERED}
union
select id from (select epoch, unnest(entries) id from audit_pass) x
 group by epoch, id having count(*) > 1
union
select id from (select id, lag(id) over (order by id) before from audit_entry) o where id = before
union
select s.entry_id from audit_subject s
 where not exists (select from audit_entry e where e.id = s.entry_id and e.at = s.at)
 order by 1 limit 100
"""  # noqa: S608 - our own constants
# All others may still be taken; that happens within seconds, where no transaction is held open. A
# head after which the clock was put right says nothing of how long they wait.
_UNSEALED = f"""
{_REACHED}
select e.id from audit_entry e, reached, (
  select h.number, h.epoch, h.at from audit_head h order by h.number desc limit 1) newest
 where e.xid >= reached.upto and e.xid < pg_snapshot_xmax(pg_current_snapshot())
   and e.at < newest.at - interval '10 minutes'
   and not exists (select from audit_epoch o where o.put_right = newest.number
                     and o.number > newest.epoch)
{_COVERED}
 order by 1 limit 100
"""  # noqa: S608 - our own constants
