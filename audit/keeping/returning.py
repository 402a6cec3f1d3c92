"""A month comes back from the very file it left in; words erased meanwhile stay out.

One transaction: until its end nobody sees anything of the month, and what stops it in the middle
leaves nothing behind. So words that were erased by law (Personal Information Protection Law,
article 47) while the month was away are never there to be read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from audit.keeping import archive
from audit.keeping.alone import CannotBeKeptError
from audit.keeping.archive import Portion, Words, file_hash
from audit.keeping.checking import Checked, check
from audit.keeping.erasing import Erasure, erasures, record_erasure
from audit.keeping.months import Month
from audit.keeping.shelf import Progress, quietly, record_move
from audit.sealing.leaves import COLUMNS

RESTORED = "trail.restored"


@dataclass(frozen=True, slots=True)
class Returned:
    """A month that is back: how many entries, and from how many of them the words stayed out."""

    month: Month
    entries: int
    erased: int


def restore_month(path: Path, progress: Progress = quietly) -> Returned:
    """Bring the month of an archive back. CannotBeKeptError if it is not the file that left."""
    digest = file_hash(path)
    checked = check(path)
    if checked.faults:
        raise CannotBeKeptError(
            f"The file is not whole: {checked.faults[0]}. Nothing was brought back: take another"
            " copy of it."
        )
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_another(checked, digest)
        first = checked.month.first
        cursor.execute("select audit_make_room(%s, %s)", [first, first])
        left_out = _bring_all_back(path, erasures(), progress)
        entry_id = record_move(RESTORED, checked.month, checked.entries, digest)
        cursor.execute(
            "update audit_archive set restored_by = %s where month = %s", [entry_id, first]
        )
        for erasure, entries in left_out.items():
            _note_erased(erasure, entries)
    erased = sum(len(entries) for entries in left_out.values())
    return Returned(checked.month, checked.entries, erased)


def _refuse_another(checked: Checked, digest: bytes) -> None:
    """Only the file with which the month left, and only while it is away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sha256, restored_by from audit_archive where month = %s for update",
            [checked.month.first],
        )
        known = cursor.fetchone()
    if known is None or bytes(known[0]) != digest:
        raise CannotBeKeptError(
            f"This is not the file with which {checked.month} left. Nothing was brought back: look"
            " for the copy whose hash the entry of its archiving names."
        )
    if known[1] is not None:
        raise CannotBeKeptError(f"{checked.month} is back already. Nothing was changed.")


def _bring_all_back(
    path: Path, ordered: Sequence[Erasure], progress: Progress
) -> dict[Erasure, list[int]]:
    """All entries, and all words but those of an erasure; returns whose stayed out."""
    left_out: dict[Erasure, list[int]] = defaultdict(list)
    done = 0
    for piece in archive.read(path)[2]:
        if not isinstance(piece, Portion):
            continue
        moments = {leaf.entry_id: leaf.at for leaf in piece.leaves}
        kept = []
        for words in piece.words:
            at = moments[words.entry_id]
            erasure = next((one for one in ordered if one.takes(at, words.subjects)), None)
            if erasure is None:
                kept.append(words)
            else:
                left_out[erasure].append(words.entry_id)
        _bring_back(piece, kept)
        done += len(piece.leaves)
        progress(done)
    return left_out


_ENTRY = (
    f"insert into audit_entry({', '.join(COLUMNS)}, xid)"  # noqa: S608 - our own constants
    f" values ({'%s, ' * (len(COLUMNS) - 1)} decode(%s, 'hex'), '3')"
)


def _bring_back(portion: Portion, words: list[Words]) -> None:
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
                for one in words
            ],
        )


def _note_erased(erasure: Erasure, entries: list[int]) -> None:
    """The erasure is carried out once more, and the person it is for can see that."""
    entry_id = record_erasure(erasure)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_erasure(entry_id, erased_by) select one, %s from unnest(%s) one"
            " on conflict do nothing",
            [entry_id, entries],
        )
