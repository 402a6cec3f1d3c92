"""Checking the archive file of a month: by itself, and against this trail's own tree."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.keeping.archive import (
    BrokenArchiveError,
    Part,
    Piece,
    Portion,
    file_hash,
    is_archive,
    named,
    read,
)
from audit.keeping.erasing import Erasure
from audit.keeping.months import Month
from audit.keeping.ordered import VERBS
from audit.sealing.faults import Fault
from audit.sealing.heads import Head
from audit.sealing.keys import trusted
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import Frontier, is_consistent
from audit.sealing.sources import Pass, hashes_of


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of an archive found."""

    month: Month
    entries: int
    faults: list[Fault]
    wordless: list[Leaf] = field(default_factory=list)  # whose words are not in the file
    orders: list[Leaf] = field(default_factory=list)  # about erasures and orders to erase


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was found good in a folder of archives: the ids, and as in `Checked` of all of them."""

    ids: frozenset[int] = frozenset()
    wordless: tuple[Leaf, ...] = ()
    orders: tuple[Leaf, ...] = ()


def check(path: Path, published: Iterable[Head] = ()) -> Checked:
    """Check every entry and every word of an archive against the signed heads in it.

    `published` are heads kept outside: without one of them, whoever holds a key could have made
    the file from beginning to end.
    """
    month, keys, pieces = read(path)
    accepted = {known.key_id: known.key for known in trusted(keys)}
    checking = _Checking(month, accepted)
    for piece in pieces:
        checking.take(piece)
    checking.close()
    faults = [*checking.faults, *_not_published(checking.heads, published)]
    return Checked(month, checking.entries, faults, checking.wordless, checking.orders)


def _not_published(heads: list[Head], published: Iterable[Head]) -> Iterator[Fault]:
    """Those that are not among the heads kept outside, if any were."""
    numbers = {head.number for head in heads}
    kept: dict[int, str] = {}
    was_any = False
    for head in published:
        was_any = True
        if head.number in numbers:
            kept[head.number] = head.hash()
    for head in heads if was_any else ():
        if kept.get(head.number) != head.hash():
            yield Fault("rewritten", f"{_named(head)} is not among those published")


def _named(head: Head) -> str:
    return f"epoch {head.epoch}, head {head.number}"


def shelf_of(folder: Path, names: Collection[str]) -> Shelf:
    """The entries of those archives of a folder that the trail names, by `named()`.

    BrokenArchiveError if one of them is not whole, or there is no such folder. Files the trail does
    not know count for nothing.
    """
    if not folder.is_dir():
        raise BrokenArchiveError(f"There is no folder {folder}")
    found: set[int] = set()
    wordless: list[Leaf] = []
    orders: list[Leaf] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        if not is_archive(path):
            continue
        checked = check(path)
        if named(checked.month, checked.entries, file_hash(path)) not in names:
            continue
        if checked.faults:
            raise BrokenArchiveError(f"{path.name} is not whole: {checked.faults[0]}")
        found.update(_ids(path))
        wordless += checked.wordless
        orders += checked.orders
    return Shelf(frozenset(found), tuple(wordless), tuple(orders))


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


def said_of_erased(path: Path, ordered: Collection[Erasure]) -> dict[str, int]:
    """By the number of an erasure: how many entries in a good file still say what it erased."""
    found: Counter[str] = Counter()
    for piece in read(path)[2]:
        if not isinstance(piece, Portion):
            continue
        moments = {leaf.entry_id: leaf.at for leaf in piece.leaves}
        for words in piece.words:
            at = moments[words.entry_id]
            erasure = next((one for one in ordered if one.takes(at, words.subjects)), None)
            if erasure is not None:
                found[erasure.number] += 1
    return dict(found)


class _Checking:
    """One walk over an archive."""

    def __init__(self, month: Month, keys: dict[str, Ed25519PublicKey]) -> None:
        self._month = month
        self._keys = keys
        self._part: Part | None = None
        self._tree = Frontier()
        self.entries = 0
        self.heads: list[Head] = []  # one a part
        self.faults: list[Fault] = []
        self.wordless: list[Leaf] = []
        self.orders: list[Leaf] = []

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
        self.heads.append(part.head)
        where = _named(part.head)
        key = self._keys.get(part.head.key_id)
        if key is None or not part.head.is_signed_by(key):
            self.faults.append(Fault("forged signature", where))
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
        said = {words.entry_id for words in portion.words}
        for leaf in portion.leaves:
            if hashes[leaf.entry_id] is not None and leaf.entry_id not in said:
                self.wordless.append(leaf)
            if leaf.verb in VERBS:
                self.orders.append(leaf)
        for words in portion.words:
            if hashes.get(words.entry_id) != words.hash():
                self.faults.append(Fault("changed words", "not what was sealed", words.entry_id))
