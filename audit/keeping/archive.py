"""The archive file of a month: its entries and their words, and the proof that they were sealed.

Lines of JSON, packed. For each epoch the month touches: the complete subtrees to the left of its
first leaf, the leaf hashes of every pass, and a consistency proof up to a signed head. Whoever has
the file, the first public key and RFC 9162 can check every entry in it, without any database.
"""

import gzip
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Any

from audit.keeping.months import Month
from audit.sealing.heads import Head
from audit.sealing.keys import KnownKey
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import in_pieces
from audit.sealing.packed import packed_lines, whole, whole_numbers

FORMAT = 1


class BrokenArchiveError(ValueError):
    """The file is no archive of the trail, or is cut off."""


@dataclass(frozen=True, slots=True)
class Words:
    """What was said in an entry, kept apart from it: salted, so that erasing it leaves no trace."""

    entry_id: int
    salt: str
    body: str
    subjects: list[str]

    def hash(self) -> str:
        return sha256(f"{self.salt}{self.body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """The month's share of one epoch: from leaf `first` on, under `head`."""

    epoch: int
    first: int
    left: list[bytes]
    head: Head
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class Portion:
    """One pass of the sealer: the hashes of all its leaves, and its entries of this month."""

    entries: list[int]
    hashes: list[bytes]
    leaves: list[Leaf]
    words: list[Words]


Piece = Part | Portion


def write(path: Path, month: Month, keys: list[KnownKey], pieces: Iterator[Piece]) -> int:
    """Write an archive; returns how many entries it holds. It is on the disk when this returns."""
    with path.open("wb") as raw:
        path.chmod(0o600)
        with gzip.open(raw, "wt", encoding="ascii", compresslevel=6) as file:
            count = _write(file, month, keys, pieces)
        raw.flush()
        os.fsync(raw.fileno())
    return count


def _write(file: IO[str], month: Month, keys: list[KnownKey], pieces: Iterator[Piece]) -> int:
    def put(kind: str, content: object) -> None:
        file.write(json.dumps([kind, content], separators=(",", ":")) + "\n")

    count = 0
    put("archive", {"format": FORMAT, "month": str(month)})
    put("keys", [known.as_dict() for known in keys])
    for piece in pieces:
        if isinstance(piece, Part):
            put("part", _part(piece))
        else:
            put("pass", _portion(piece))
            count += len(piece.leaves)
    put("end", count)
    return count


def is_archive(path: Path) -> bool:
    """Whether the file begins like an archive of a month; exports and others do not."""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            return file.readline().startswith('["archive",')
    except (OSError, EOFError, ValueError):
        return False


def read(path: Path) -> tuple[Month, list[KnownKey], Iterator[Piece]]:
    """The pieces of an archive in their order. BrokenArchiveError where it makes no sense."""
    lines = packed_lines(path, BrokenArchiveError)
    try:
        start, keys = _beginning(path, lines), _content(lines, "keys")
        if start["format"] != FORMAT:
            raise BrokenArchiveError(f"{path.name} has another format")
        return Month.read(start["month"]), [KnownKey.read(one) for one in keys], _pieces(lines)
    except BrokenArchiveError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenArchiveError(f"{path.name} is damaged: its beginning makes no sense") from error


def file_hash(path: Path) -> bytes:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def named(month: Month, entries: int, digest: bytes) -> str:
    """How an entry of the trail names an archive: month, number of entries, hash of the file."""
    return f"{month}/{entries}/{urlsafe_b64encode(digest).decode().rstrip('=')}"


def _part(part: Part) -> dict[str, Any]:
    return {
        "epoch": part.epoch,
        "first": part.first,
        "left": [one.hex() for one in part.left],
        "head": part.head.as_dict(),
        "path": [one.hex() for one in part.path],
    }


def _portion(portion: Portion) -> dict[str, Any]:
    return {
        "entries": portion.entries,
        "hashes": b"".join(portion.hashes).hex(),
        "leaves": [leaf.line() for leaf in portion.leaves],
        "words": [[one.entry_id, one.salt, one.body, one.subjects] for one in portion.words],
    }


def _pieces(lines: Iterator[tuple[str, Any]]) -> Iterator[Piece]:
    count = 0
    for kind, content in lines:
        try:
            piece = _piece(kind, content)
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenArchiveError(f"a section {kind} makes no sense: {error}") from error
        if piece is not None:
            count += len(piece.leaves) if isinstance(piece, Portion) else 0
            yield piece
        elif content != count:
            raise BrokenArchiveError(f"{count} entries, and not {content}")


def _piece(kind: str, content: Any) -> Piece | None:
    if kind == "part":
        first, left = whole(content["first"]), [bytes.fromhex(one) for one in content["left"]]
        if first < 0 or len(left) != first.bit_count():
            raise ValueError("no trees that end where it begins")
        return Part(
            whole(content["epoch"]),
            first,
            left,
            Head.read(content["head"]),
            [bytes.fromhex(one) for one in content["path"]],
        )
    if kind == "pass":
        return Portion(
            whole_numbers(content["entries"]),
            in_pieces(bytes.fromhex(content["hashes"])),
            [Leaf.of(line) for line in content["leaves"]],
            [_words(*one) for one in content["words"]],
        )
    return None


def _words(entry_id: Any, salt: Any, body: Any, subjects: Any) -> Words:
    if not set(map(type, [salt, body, *subjects])) <= {str}:
        raise TypeError("no words of an entry")
    return Words(whole(entry_id), salt, body, list(subjects))


def _beginning(path: Path, lines: Iterator[tuple[str, Any]]) -> Any:
    kind, content = next(lines, ("", None))
    if kind != "archive":
        raise BrokenArchiveError(
            f"{path.name} is a whole trail that audit_export has written, and no archived month:"
            " audit_verify --from can check it, nothing can bring it back"
            if kind == "keys"
            else f"{path.name} is no archived month: it does not begin like one"
        )
    return content


def _content(lines: Iterator[tuple[str, Any]], wanted: str) -> Any:
    kind, content = next(lines, ("", None))
    if kind != wanted:
        raise BrokenArchiveError(f"the section {wanted} is missing")
    return content
