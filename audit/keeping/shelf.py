"""Months leave the database as files. For the owner only: nobody else can.

Nothing is deleted. A month leaves by being detached whole, after its file was written, read back
and found good; the entry that says so is written in the same transaction and names the file's hash.
Until then the file has another name. Whatever stops the work in the middle, a power cut included,
either the month is in the database, or its file is whole on the disk and gets its name at the next
run.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import OperationalError, connection, transaction

from audit.keeping import archive
from audit.keeping.alone import CannotBeKeptError
from audit.keeping.archive import Part, Piece, Portion, Words, file_hash, named
from audit.keeping.away import months_away
from audit.keeping.checking import check
from audit.keeping.months import Month
from audit.kernel.actors import Actor, Purpose
from audit.sealing.keyring import known_keys
from audit.sealing.merkle import in_pieces
from audit.sealing.proofs import consistency_path
from audit.sealing.sources import Pass, hashes_of
from audit.sealing.store import Span, head_covering, leaves_of, tree_of
from audit.trail import ObjectRef, record

TABLES = ("audit_subject", "audit_detail", "audit_entry")
ARCHIVED = "trail.archived"
KEEPING = Purpose.duty("keeping")
PATIENCE = "10s"  # how long detaching waits for those who read just now

Progress = Callable[[int], None]
"""Is told how many entries are done."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A month that left: its file, and how many entries went with it."""

    month: Month
    path: Path
    entries: int


def quietly(_done: int) -> None:
    """For those who do not want to know how far it has got."""


def months_before(limit: Month) -> list[Month]:
    """Months in the database that lie before `limit` and hold entries, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent = 'audit_entry'::regclass order by 1"
        )
        rooms = [row[0] for row in cursor.fetchall()]
    months = [Month.read(room.removeprefix("audit_entry_").replace("_", "-")) for room in rooms]
    return [month for month in months if month < limit and _has_entries(month)]


def archive_month(month: Month, folder: Path, progress: Progress = quietly) -> Archived:
    """Write the file of a month, check it, then detach the month.

    CannotBeKeptError if the month is not sealed to its end, or not whole, or if a file of that name
    is in the way.
    """
    path = folder / f"trail-{month}.jsonl.gz"
    _refuse_another_file(month, path)
    unfinished = _unfinished(path)
    entries = archive.write(unfinished, month, known_keys(), _told(_pieces(month), progress))
    try:
        if entries != _count(month):
            raise CannotBeKeptError(
                f"{month} is not sealed to its end yet. It stays: repeat this in a minute, and"
                " see that the sealer runs."
            )
        checked = check(unfinished)
        if checked.faults:
            raise CannotBeKeptError(
                f"{month} is not whole: {checked.faults[0]}. It stays: run audit_verify."
            )
    except BaseException:
        unfinished.unlink()
        raise
    # From here on the file may be all there is: whatever happens, it is not taken away again.
    _let_go(month, entries, file_hash(unfinished))
    _give_its_name(unfinished, path)
    return Archived(month, path, entries)


def finish_interrupted(folder: Path) -> list[Month]:
    """Give their names to files whose months left just before something stopped the work."""
    finished = []
    for month, digest in months_away().items():
        path = folder / f"trail-{month}.jsonl.gz"
        unfinished = _unfinished(path)
        if unfinished.exists() and file_hash(unfinished) == digest:
            _give_its_name(unfinished, path)
            finished.append(month)
    return finished


def record_move(verb: str, month: Month, entries: int, digest: bytes) -> int:
    """The entry that says a month left or came back, with its file's hash."""
    target = ObjectRef("trail.month", named(month, entries, digest))
    return record(actor=Actor.system("archive_trail"), verb=verb, on=target, purpose=KEEPING)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _give_its_name(unfinished: Path, path: Path) -> None:
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refuse_another_file(month: Month, path: Path) -> None:
    """The file with which the month left before may be replaced; nothing else of that name."""
    if not path.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("select sha256 from audit_archive where month = %s", [month.first])
        known = cursor.fetchone()
    if known is None or bytes(known[0]) != file_hash(path):
        raise CannotBeKeptError(
            f"{path} is there already and is not the file of this month. Nothing was changed:"
            " move it elsewhere, then repeat."
        )


def _has_entries(month: Month) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from audit_entry where at >= %s and at < %s)",
            [month.start, month.end],
        )
        found: bool = cursor.fetchone()[0]
    return found


def _count(month: Month) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from audit_entry where at >= %s and at < %s", [month.start, month.end]
        )
        count: int = cursor.fetchone()[0]
    return count


def _let_go(month: Month, entries: int, digest: bytes) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
            _detach(month, entries, digest)
    except OperationalError as error:
        raise CannotBeKeptError(
            f"{month} could not be detached, perhaps because somebody reads it just now."
            " Repeat the command; it goes on where it stopped."
        ) from error


def _detach(month: Month, entries: int, digest: bytes) -> None:
    entry_id = record_move(ARCHIVED, month, entries, digest)
    with connection.cursor() as cursor:
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


def _told(pieces: Iterator[Piece], progress: Progress) -> Iterator[Piece]:
    done = 0
    for piece in pieces:
        if isinstance(piece, Portion):
            done += len(piece.leaves)
            progress(done)
        yield piece


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
    head = head_covering(epoch, end)
    if head is None:
        raise CannotBeKeptError(
            f"{month} is under no signed head yet. It stays: repeat this in a minute."
        )
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
