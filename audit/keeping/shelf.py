"""Moving months between the database and their files. For the owner only: nobody else can.

Nothing is deleted. A month leaves by being detached whole, after its file was written, read back
and found good; the entry that says so is written in the same transaction and names the file's hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from audit.keeping import archive
from audit.keeping.archive import Part, Piece, Portion, Words, file_hash, named
from audit.keeping.checking import check
from audit.keeping.months import Month
from audit.kernel.actors import Actor, Purpose
from audit.sealing.keyring import known_keys
from audit.sealing.leaves import COLUMNS
from audit.sealing.merkle import in_pieces
from audit.sealing.proofs import consistency_path
from audit.sealing.sources import Pass, hashes_of
from audit.sealing.store import Span, heads_from, leaves_of, tree_of
from audit.trail import ObjectRef, record

TABLES = ("audit_subject", "audit_detail", "audit_entry")
ARCHIVED, RESTORED = "trail.archived", "trail.restored"
KEEPING = Purpose.duty("keeping")
PATIENCE = "10s"  # how long detaching waits for those who read just now


class CannotBeMovedError(Exception):
    """The month cannot be archived or restored; the words say why."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A month that left: its file, and how many entries went with it."""

    month: Month
    path: Path
    entries: int


def months_before(limit: Month) -> list[Month]:
    """Months in the database that lie before `limit` and hold entries, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent = 'audit_entry'::regclass order by 1"
        )
        rooms = [row[0] for row in cursor.fetchall()]
    months = [Month.read(room.removeprefix("audit_entry_").replace("_", "-")) for room in rooms]
    return [month for month in months if month < limit and _count(month)]


def archive_month(month: Month, folder: Path) -> Archived:
    """Write the file of a month, check it, then detach the month.

    CannotBeMovedError if the month is not sealed to its end, or not whole.
    """
    path = folder / f"trail-{month}.jsonl.gz"
    entries = archive.write(path, month, known_keys(), _pieces(month))
    try:
        if entries != _count(month):
            raise CannotBeMovedError(f"{month} is not sealed to its end yet.")
        checked = check(path)
        if checked.faults:
            raise CannotBeMovedError(f"{month} is not whole: {checked.faults[0]}")
        _let_go(month, entries, file_hash(path))
    except BaseException:
        path.unlink()
        raise
    return Archived(month, path, entries)


def restore_month(path: Path) -> Archived:
    """Bring the month of an archive back. CannotBeMovedError if it is not the file that left."""
    digest = file_hash(path)
    checked = check(path)
    if checked.faults:
        raise CannotBeMovedError(f"The file is not whole: {checked.faults[0]}")
    month = checked.month
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select sha256, restored_by from audit_archive where month = %s for update",
            [month.first],
        )
        known = cursor.fetchone()
        if known is None or bytes(known[0]) != digest:
            raise CannotBeMovedError(f"This is not the file with which {month} left.")
        if known[1] is not None:
            raise CannotBeMovedError(f"{month} is back already.")
        cursor.execute("select audit_make_room(%s, %s)", [month.first, month.first])
        for piece in archive.read(path)[2]:
            if isinstance(piece, Portion):
                _bring_back(piece)
        entry_id = _record(RESTORED, month, checked.entries, digest)
        cursor.execute(
            "update audit_archive set restored_by = %s where month = %s", [entry_id, month.first]
        )
    return Archived(month, path, checked.entries)


def _record(verb: str, month: Month, entries: int, digest: bytes) -> int:
    target = ObjectRef("trail.month", named(month, entries, digest))
    return record(actor=Actor.system("archive_trail"), verb=verb, on=target, purpose=KEEPING)


def _count(month: Month) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from audit_entry where at >= %s and at < %s", [month.start, month.end]
        )
        count: int = cursor.fetchone()[0]
    return count


def _let_go(month: Month, entries: int, digest: bytes) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
        entry_id = _record(ARCHIVED, month, entries, digest)
        cursor.execute(
            "insert into audit_archive(month, entries, sha256, archived_by)"
            " values (%s, %s, %s, %s) on conflict (month) do update set entries = excluded.entries,"
            " sha256 = excluded.sha256, archived_by = excluded.archived_by, restored_by = null",
            [month.first, entries, digest, entry_id],
        )
        for table in TABLES:
            room = month.room_of(table)
            cursor.execute(f"alter table {table} detach partition {room}")
            cursor.execute(f"drop table {room}")


_ENTRY = (
    f"insert into audit_entry({', '.join(COLUMNS)}, xid)"  # noqa: S608 - our own constants
    f" values ({'%s, ' * (len(COLUMNS) - 1)} decode(%s, 'hex'), '3')"
)


def _bring_back(portion: Portion) -> None:
    """Rows as they were. Their transactions are long over and count as the very first."""
    moments = {leaf.entry_id: leaf.at for leaf in portion.leaves}
    with connection.cursor() as cursor:
        cursor.executemany(
            _ENTRY,
            [list(leaf.values) for leaf in portion.leaves],
        )
        cursor.executemany(
            "insert into audit_subject(entry_id, subject, at) values (%s, %s, %s)",
            [(leaf.entry_id, one, leaf.at) for leaf in portion.leaves for one in leaf.subjects],
        )
        cursor.executemany(
            "insert into audit_detail(entry_id, at, salt, body, subjects)"
            " values (%s, %s, %s, %s, %s::uuid[])",
            [
                (one.entry_id, moments[one.entry_id], one.salt, one.body, one.subjects)
                for one in portion.words
            ],
        )


# All passes from the first to the last that hold an entry of the month, without a gap: a
# transaction that was open for long may lie among those of the next month.
_PASSES = """
with held as (select epoch, first_leaf from audit_pass
               where coalesce(latest, 'infinity') >= %(start)s
                 and coalesce(earliest, '-infinity') < %(end)s)
select p.epoch, p.first_leaf, p.entries, p.earliest, p.latest from audit_pass p
 where p.first_leaf between (select min(h.first_leaf) from held h where h.epoch = p.epoch)
                        and (select max(h.first_leaf) from held h where h.epoch = p.epoch)
 order by p.epoch, p.first_leaf
"""


def _pieces(month: Month) -> Iterator[Piece]:
    with connection.cursor() as cursor:
        cursor.execute(_PASSES, {"start": month.start, "end": month.end})
        rows = cursor.fetchall()
    passes = [Pass(row[0], row[1], row[2], Span(row[3], row[4])) for row in rows]
    for epoch in sorted({one.epoch for one in passes}):
        of_epoch = [one for one in passes if one.epoch == epoch]
        yield _part(month, of_epoch)
        for one in of_epoch:
            yield _portion(month, one)


def _part(month: Month, passes: list[Pass]) -> Part:
    epoch, first = passes[0].epoch, passes[0].first
    end = passes[-1].first + len(passes[-1].entries)
    heads = heads_from("epoch = %s and size >= %s order by number limit 1", [epoch, end])
    if not heads:
        raise CannotBeMovedError(f"{month} is under no signed head yet.")
    head = heads[0]
    path = consistency_path(epoch, end, head.size)
    return Part(epoch, first, tree_of(epoch, first).complete_roots(), head, path)


def _portion(month: Month, one: Pass) -> Portion:
    leaves = [leaf for leaf in leaves_of(one.entries, one.span) if month.holds(leaf.at)]
    with connection.cursor() as cursor:
        cursor.execute(
            "select entry_id, salt::text, body::text, subjects::text[] from audit_detail"
            " where entry_id = any(%s) and at >= %s and at < %s order by entry_id",
            [[leaf.entry_id for leaf in leaves], month.start, month.end],
        )
        words = [Words(*row) for row in cursor.fetchall()]
    return Portion(one.entries, in_pieces(hashes_of(one)), leaves, words)
