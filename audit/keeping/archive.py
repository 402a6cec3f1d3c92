"""The archive file of a month: its entries and their words, and the proof that they were sealed.

Lines of JSON, packed. For each epoch the month touches: the complete subtrees to the left of its
first leaf, the leaf hashes of every pass, and a consistency proof up to a signed head. Whoever has
the file, the first public key and RFC 9162 can check every entry in it, without any database.
"""

import gzip
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.keeping.months import Month
from audit.sealing.heads import Head
from audit.sealing.keys import KnownKey, trusted
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import Frontier, in_pieces, is_consistent
from audit.sealing.sources import Pass, hashes_of
from audit.sealing.verify import Fault

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


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of an archive found."""

    month: Month
    entries: int
    faults: list[Fault]


def write(path: Path, month: Month, keys: list[KnownKey], pieces: Iterator[Piece]) -> int:
    """Write an archive; returns how many entries it holds. The file must not exist."""
    count = 0
    with path.open("xb") as raw, gzip.open(raw, "wt", encoding="ascii", compresslevel=6) as file:
        path.chmod(0o600)

        def put(kind: str, content: object) -> None:
            file.write(json.dumps([kind, content], separators=(",", ":")) + "\n")

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
    lines = _lines(path)
    try:
        start, keys = _content(lines, "archive"), _content(lines, "keys")
        if start["format"] != FORMAT:
            raise BrokenArchiveError(f"{path.name} has another format")
        return Month.read(start["month"]), [KnownKey.read(one) for one in keys], _pieces(lines)
    except (KeyError, TypeError) as error:
        raise BrokenArchiveError(f"{path.name} lacks {error}") from error
    except ValueError as error:
        raise BrokenArchiveError(str(error)) from error


def check(path: Path, published: Iterable[Head] = ()) -> Checked:
    """Check every entry and every word of an archive against the signed heads in it.

    `published` are heads kept outside: without one of them, whoever holds a key could have made
    the file from beginning to end.
    """
    month, keys, pieces = read(path)
    accepted = {known.key_id: known.key for known in trusted(keys)}
    checking = _Checking(month, accepted, {head.number: head for head in published})
    for piece in pieces:
        checking.take(piece)
    checking.close()
    return Checked(month, checking.entries, checking.faults)


def ids_in(folder: Path, names: Collection[str]) -> frozenset[int]:
    """The entries in those archives of a folder that the trail names, by `named()`.

    BrokenArchiveError if one of them is not whole. Files the trail does not know count for nothing.
    """
    found: set[int] = set()
    for path in sorted(folder.glob("*.jsonl.gz")):
        if not is_archive(path):
            continue
        checked = check(path)
        if named(checked.month, checked.entries, file_hash(path)) not in names:
            continue
        if checked.faults:
            raise BrokenArchiveError(f"{path.name} is not whole: {checked.faults[0]}")
        found.update(_ids(path))
    return frozenset(found)


def _ids(path: Path) -> Iterator[int]:
    """Those entries of a good file that lie in this trail's own tree: whoever made the file with a
    key of their own has other hashes."""
    epoch = place = 0
    for piece in read(path)[2]:
        if isinstance(piece, Part):
            epoch, place = piece.epoch, piece.first
            continue
        if b"".join(piece.hashes) != hashes_of(Pass(epoch, place, piece.entries)):
            raise BrokenArchiveError(f"{path.name} is of another trail, from leaf {place} on")
        yield from (leaf.entry_id for leaf in piece.leaves)
        place += len(piece.entries)


def file_hash(path: Path) -> bytes:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def named(month: Month, entries: int, digest: bytes) -> str:
    """How an entry of the trail names an archive: month, number of entries, hash of the file."""
    return f"{month}/{entries}/{urlsafe_b64encode(digest).decode().rstrip('=')}"


class _Checking:
    """One walk over an archive."""

    def __init__(
        self, month: Month, keys: dict[str, Ed25519PublicKey], published: dict[int, Head]
    ) -> None:
        self._month = month
        self._keys = keys
        self._published = published
        self._part: Part | None = None
        self._tree = Frontier()
        self.entries = 0
        self.faults: list[Fault] = []

    def take(self, piece: Piece) -> None:
        if isinstance(piece, Part):
            self.close()
            self._part = piece
            self._tree = Frontier.beginning(piece.first, piece.left)
        else:
            self._check_entries(piece)
            self._check_words(piece)
            self._tree.add(piece.hashes)
            self.entries += len(piece.leaves)

    def close(self) -> None:
        """At the end of a part: do its leaves lie under the head it names?"""
        part = self._part
        if part is None:
            return
        where = f"epoch {part.epoch}, head {part.head.number}"
        key = self._keys.get(part.head.key_id)
        if key is None or not part.head.is_signed_by(key):
            self.faults.append(Fault("forged signature", where))
        kept = self._published.get(part.head.number)
        if self._published and (kept is None or kept.hash() != part.head.hash()):
            self.faults.append(Fault("rewritten", f"{where} is not among those published"))
        tree = self._tree
        root = bytes.fromhex(part.head.root)
        if not is_consistent(tree.size, tree.root(), part.head.size, root, part.path):
            self.faults.append(Fault("rewritten", f"{where} signed another tree"))

    def _check_entries(self, portion: Portion) -> None:
        if len(portion.entries) != len(portion.hashes):
            self.faults.append(
                Fault("removed hashes", "a pass", min(portion.entries, default=None))
            )
        sealed = dict(zip(portion.entries, portion.hashes, strict=False))
        for leaf in portion.leaves:
            if sealed.pop(leaf.entry_id, None) != leaf.hash():
                self.faults.append(Fault("changed", "not what was sealed", leaf.entry_id))
            elif not self._month.holds(leaf.at):
                self.faults.append(Fault("foreign", "of another month", leaf.entry_id))

    def _check_words(self, portion: Portion) -> None:
        hashes = {leaf.entry_id: leaf.values[-1] for leaf in portion.leaves}
        for words in portion.words:
            if hashes.get(words.entry_id) != words.hash():
                self.faults.append(Fault("changed words", "not what was sealed", words.entry_id))


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
        return Part(
            content["epoch"],
            content["first"],
            [bytes.fromhex(one) for one in content["left"]],
            Head.read(content["head"]),
            [bytes.fromhex(one) for one in content["path"]],
        )
    if kind == "pass":
        return Portion(
            content["entries"],
            in_pieces(bytes.fromhex(content["hashes"])),
            [Leaf.of(line) for line in content["leaves"]],
            [Words(*one) for one in content["words"]],
        )
    return None


def _content(lines: Iterator[tuple[str, Any]], wanted: str) -> Any:
    kind, content = next(lines, ("", None))
    if kind != wanted:
        raise BrokenArchiveError(f"the section {wanted} is missing")
    return content


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    kind = ""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for text in file:
                kind, content = json.loads(text)
                yield kind, content
    except (OSError, EOFError, ValueError) as error:
        raise BrokenArchiveError(f"{path.name} cannot be read: {error}") from error
    if kind != "end":
        raise BrokenArchiveError(f"{path.name} is cut off")
