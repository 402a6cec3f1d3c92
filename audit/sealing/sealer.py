"""The sealer: takes what has been committed, lets the tree grow, signs a head.

It runs every few seconds in a process of its own, as a role of its own, with the one private key.
An entry counts as committed for good once its transaction number lies below every transaction that
still runs; so each entry is taken exactly once, in whatever order transactions end, and no request
ever waits for the seal.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from audit.sealing.heads import NO_HEAD, Head
from audit.sealing.keyring import enrol
from audit.sealing.leaves import plain
from audit.sealing.places import note_reached
from audit.sealing.store import grow, last_head, leaves_of, tree_of

AT_MOST = 10_000  # entries in one pass; a single transaction is never divided
HEARTBEAT = timedelta(seconds=20)  # a head at least this often, also when nothing happened


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: how many entries it took, and its head, if there was reason for one."""

    entries: int
    head: Head | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the seal stands: the epoch, the leaves in it, up to which transaction, and what was
    taken over with it and is not sealed yet."""

    epoch: int
    size: int
    xid: str
    left_over: list[int]


def seal(key: Ed25519PrivateKey, *, at_most: int = AT_MOST) -> Sealed:
    """One pass. Safe to call from two processes at once: the second waits for the first."""
    with transaction.atomic():
        _only_one()
        _make_room()
        _forget_openings()
        _open_epoch()
        standing = _standing()
        entries, upto = standing.left_over, standing.xid
        if not entries:
            entries, upto = _committed(standing, at_most)
        last = last_head()
        epoch, size, (now, at) = standing.epoch, standing.size, _moments()
        if entries:
            leaves = list(leaves_of(entries))
            size = grow(epoch, size, (leaf.hash() for leaf in leaves))
            _write_pass(standing, entries, upto)
            at = max(at, *(leaf.at for leaf in leaves))
        idle = not entries and last is not None and _is_fresh(last, epoch, now)
        head = None if idle else _sign(key, epoch, size, last, at)
        note_reached()
        return Sealed(len(entries), head)


def _only_one() -> None:
    """A row that no other role may lock: an advisory lock would be anybody's to take."""
    with connection.cursor() as cursor:
        cursor.execute("select from audit_turn for update")


def _make_room() -> None:
    """Months ahead must have their partitions before their first entry comes."""
    with connection.cursor() as cursor:
        cursor.execute("select audit_make_room_ahead()")


def _forget_openings() -> None:
    """What opened the gate for transactions that ended long ago opens nothing; away with it."""
    with connection.cursor() as cursor:
        cursor.execute("delete from audit_opening where at < now() - interval '1 hour'")


def _open_epoch() -> None:
    """The first pass after a restore elsewhere begins an epoch.

    Transaction numbers begin again there and must not be compared with those from before. Whatever
    had not been sealed by the time of the backup is taken over whole; the database says what it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_begin_epoch() from (select cluster from audit_epoch"
            " order by number desc limit 1) last where last.cluster <> audit_here()"
        )


def _standing() -> _Standing:
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.number, coalesce(p.first_leaf + p.size, 0),"
            " coalesce(p.upto_xid, e.from_xid)::text,"
            " case when p.epoch is null then e.left_over else '{}' end"
            " from audit_epoch e left join lateral (select * from audit_pass"
            " where epoch = e.number order by first_leaf desc limit 1) p on true"
            " order by e.number desc limit 1"
        )
        epoch, size, xid, left_over = cursor.fetchone()
        cursor.execute("select %s::xid8 > pg_snapshot_xmax(pg_current_snapshot())", [xid])
        if cursor.fetchone()[0]:
            raise RuntimeError(f"the last pass claims transactions up to {xid}: none is there yet")
    return _Standing(epoch, size, xid, left_over)


_COMMITTED = """
select e.xid::text, e.id from audit_entry e join audit_epoch o on o.number = %s
 where e.xid >= %s::xid8 and e.xid < %s::xid8
   and (e.id > o.upto_entry or e.xid < o.settled_xid and not exists (
     select from audit_pass p where p.epoch = o.number and e.id = any(p.entries)))
 order by e.xid, e.id limit %s
"""


def _committed(standing: _Standing, at_most: int) -> tuple[list[int], str]:
    """The entries to take now, by id, and the transaction up to which they reach.

    The limit is asked for before the entries: every transaction below it has ended by then. Whole
    transactions only: a pass with too many entries ends before the one that would go over.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        upto = cursor.fetchone()[0]
        cursor.execute(_COMMITTED, [standing.epoch, standing.xid, upto, at_most + 1])
        rows = cursor.fetchall()
        if len(rows) > at_most:
            over = rows[-1][0]
            upto = over if over != rows[0][0] else str(int(over) + 1)
            cursor.execute(_COMMITTED, [standing.epoch, standing.xid, upto, None])
            rows = cursor.fetchall()
    return sorted(entry for _xid, entry in rows), upto


def _write_pass(standing: _Standing, entries: list[int], upto: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries, earliest,"
            " latest) select %s, %s, %s, %s, %s, %s, min(at), max(at) from audit_entry"
            " where id = any(%s)",
            [standing.epoch, standing.size, len(entries), standing.xid, upto, entries, entries],
        )


def _is_fresh(head: Head, epoch: int, now: datetime) -> bool:
    """A head of a time to come is not: the clock was set back, and outsiders still want to hear."""
    return head.epoch == epoch and abs(now - head.moment) < HEARTBEAT


_MOMENTS = """
select clock_timestamp(), greatest(clock_timestamp(), (
  select h.at from (select number, at from audit_head order by number desc limit 1) h
   where not exists (select from audit_epoch e where e.put_right = h.number)))
"""


def _moments() -> tuple[datetime, datetime]:
    """Now, and the time of the next head, by the clock of the database. The second never goes back,
    whatever happens to the clock, but where the owner put it right (`audit.sealing.clock`)."""
    with connection.cursor() as cursor:
        cursor.execute(_MOMENTS)
        now, at = cursor.fetchone()
    return now, at


def _sign(key: Ed25519PrivateKey, epoch: int, size: int, last: Head | None, at: datetime) -> Head:
    enrol(key, last)
    head = Head(
        number=last.number + 1 if last else 1,
        epoch=epoch,
        size=size,
        root=tree_of(epoch, size).root().hex(),
        at=plain(at),
        previous=last.hash() if last else NO_HEAD,
        key_id="",
    ).signed(key)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_head(number, epoch, size, root, at, previous, key_id, signature)"
            " values (%(number)s, %(epoch)s, %(size)s, %(root)s, %(at)s, %(previous)s,"
            " %(key_id)s, %(signature)s)",
            head.as_dict(),
        )
    return head
