"""Where files of the trail lie until they are fetched: below `var/`, sealed, for one account only.

A file is a row of pieces, each sealed for its file, its number and whether it is the last one, with
its length before it. So a long file is written and sent in little memory, and none opens whose
pieces were changed, exchanged, taken from another file or cut off.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings

from audit.exports.models import TrailExport
from audit.exports.seal import the_seal
from audit.kernel.spreadsheet import BYTE_ORDER_MARK

PIECE = 256 * 1024  # bytes of a piece before it is sealed
LENGTH = 4  # bytes
LONGEST = 2 * PIECE  # what a piece can be once it is sealed


class BrokenFileError(ValueError):
    """What lies there is not, or not all of, what was written."""


class NewFile:
    """A file that is being made: text goes into sealed pieces. `sha256`, of all of it as it was
    before it was sealed, is there once it is whole."""

    def __init__(self, kept: IO[bytes], place: str) -> None:
        self._kept, self._place = kept, place
        self._waiting, self._number, self._hash = bytearray(BYTE_ORDER_MARK), 0, sha256()
        self.sha256 = ""

    def write(self, text: str) -> int:
        """Whole pieces go to the disk; what begins one waits."""
        self._waiting += text.encode()
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(text)

    def finish(self) -> None:
        """Write what is left, as the last piece."""
        self._seal(bytes(self._waiting), is_last=True)
        self.sha256 = self._hash.hexdigest()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._hash.update(piece)
        sealed = the_seal().close(piece, _context(self._place, self._number, is_last=is_last))
        self._kept.write(len(sealed).to_bytes(LENGTH) + sealed)
        self._number += 1


def path_of(export: TrailExport) -> Path:
    folder: Path = settings.EXPORTS_ROOT
    return folder / f"{export.pk}.csv"


@contextmanager
def new_file(export: TrailExport) -> Iterator[NewFile]:
    """A file that is there whole, sealed, under its name, or not at all."""
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as kept:
            file = NewFile(kept, _place(export))
            yield file
            file.finish()
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def pieces_of(export: TrailExport) -> Iterator[bytes]:
    """What the file holds, piece by piece. Recorded before, by `audit.actions.fetch_export`.

    Raises BrokenFileError where something is not as it was written, OSError where nothing lies.
    """
    place = _place(export)
    with path_of(export).open("rb") as kept:
        number, sealed = 0, _next(kept)
        while sealed:
            following = _next(kept)
            context = _context(place, number, is_last=not following)
            try:
                yield the_seal().open(sealed, context)
            except ValueError as broken:
                raise BrokenFileError(f"piece {number} of {place} does not open") from broken
            number, sealed = number + 1, following
    if not number:
        raise BrokenFileError(f"{place} is empty")


def check_whole(export: TrailExport) -> None:
    """Open every piece once, before anybody is sent the first. Raises like `pieces_of`."""
    for _piece in pieces_of(export):
        pass


def _next(kept: IO[bytes]) -> bytes:
    """The next piece as it lies there; nothing at the end."""
    length = kept.read(LENGTH)
    size = int.from_bytes(length)
    sealed = kept.read(size) if size <= LONGEST else b""
    if length and (len(length) < LENGTH or not sealed or len(sealed) < size):
        raise BrokenFileError(f"{kept.name} ends, or goes on, where no piece does")
    return sealed


def _place(export: TrailExport) -> str:
    return f"audit.exports:{export.pk}"


def _context(place: str, number: int, *, is_last: bool) -> str:
    return f"{place}:{number}:{'last' if is_last else 'more'}"
