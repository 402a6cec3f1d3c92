"""Merkle trees as RFC 9162 defines them (sections 2.1.1 to 2.1.4). Pure: hashes in, hashes out.

Hashes lie in *tiles*: one run of bytes for up to 256 neighbouring hashes of one level. A tile's own
root is one hash of the level eight above, so a proof over millions of leaves reads a handful of
tiles, and nothing that was ever written is written again but the last, unfinished tile.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

HASH = 32
TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()

# The first `count` hashes of the complete subtrees of height 8 * level, from place `start` on.
ReadHashes = Callable[[int, int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry; the prefix keeps leaves and inner nodes apart."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`, where RFC 9162 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def in_pieces(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def root_of(hashes: list[bytes]) -> bytes:
    """The root over these hashes as neighbouring nodes; of none, the root of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > 1:
        paired = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes) - 1, 2)]
        hashes = paired + hashes[len(paired) * 2 :]
    return hashes[0]


def complete_parts(size: int) -> Iterator[tuple[int, int]]:
    """Which leaves, from and to, the complete subtrees of a tree of `size` leaves cover."""
    start = 0
    while start < size:
        end = start + (1 << ((size - start).bit_length() - 1))
        yield start, end
        start = end


class Tree:
    """A tree of `size` leaves whose hashes `read` brings from where they are kept."""

    def __init__(self, size: int, read: ReadHashes) -> None:
        self.size = size
        self._read = read
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        return self._hash(0, self.size) if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root (RFC 9162, 2.1.3.1)."""
        if not 0 <= index < self.size:
            raise IndexError(f"no leaf {index} in a tree of {self.size}")
        return list(self._path(index, 0, self.size))

    def consistency_proof(self, before: int) -> list[bytes]:
        """What shows that this tree only adds to the one of `before` leaves (2.1.4.1)."""
        if not 0 <= before <= self.size:
            raise IndexError(f"a tree of {before} is no beginning of one of {self.size}")
        if before in (0, self.size):
            return []
        return list(self._grown(before, 0, self.size, is_whole=True))

    def complete_roots(self) -> list[bytes]:
        """The roots of the complete subtrees the tree consists of, the tallest first."""
        return [self._hash(start, end) for start, end in complete_parts(self.size)]

    def _path(self, index: int, start: int, end: int) -> Iterator[bytes]:
        if end - start == 1:
            return
        middle = start + split(end - start)
        if index < middle:
            yield from self._path(index, start, middle)
            yield self._hash(middle, end)
        else:
            yield from self._path(index, middle, end)
            yield self._hash(start, middle)

    def _grown(self, before: int, start: int, end: int, *, is_whole: bool) -> Iterator[bytes]:
        if before == end:
            if not is_whole:
                yield self._hash(start, end)
            return
        middle = start + split(end - start)
        if before <= middle:
            yield from self._grown(before, start, middle, is_whole=is_whole)
            yield self._hash(middle, end)
        else:
            yield from self._grown(before, middle, end, is_whole=False)
            yield self._hash(start, middle)

    def _hash(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` to before `end`, which begin a subtree there."""
        known = self._known.get((start, end))
        if known is None:
            known = self._known[start, end] = self._computed(start, end)
        return known

    def _computed(self, start: int, end: int) -> bytes:
        size = end - start
        if size > TILE and size & (size - 1):
            middle = start + split(size)
            return node_hash(self._hash(start, middle), self._hash(middle, end))
        level = max((size.bit_length() - 1) // TILE_HEIGHT, 0)
        width = 1 << (TILE_HEIGHT * level)
        if size % width:
            level, width = 0, 1
        return root_of(in_pieces(self._read(level, start // width, size // width)))


class Frontier:
    """A tree that only grows: the roots of its complete subtrees are all it needs to keep.

    `inner` gathers by the way what the tiles above the leaves must hold, level by level.
    """

    def __init__(self) -> None:
        self.size = 0
        self.inner: dict[int, bytearray] = {}
        self._roots: list[tuple[int, bytes]] = []  # (height, root), the tallest first

    @classmethod
    def beginning(cls, size: int, roots: list[bytes]) -> "Frontier":
        """A tree of which only the complete subtrees are known. ValueError if they do not fit."""
        frontier = cls()
        parts = complete_parts(size)
        frontier._roots = [
            ((end - start).bit_length() - 1, root)
            for (start, end), root in zip(parts, roots, strict=True)
        ]
        frontier.size = size
        return frontier

    def add(self, hashes: list[bytes]) -> None:
        for one in hashes:
            height, found = 0, one
            while self._roots and self._roots[-1][0] == height:
                found = node_hash(self._roots.pop()[1], found)
                height += 1
                if height % TILE_HEIGHT == 0:
                    self.inner.setdefault(height // TILE_HEIGHT, bytearray()).extend(found)
            self._roots.append((height, found))
        self.size += len(hashes)

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY_ROOT
        found = self._roots[-1][1]
        for _height, left in reversed(self._roots[:-1]):
            found = node_hash(left, found)
        return found


def is_included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the proof leads from this leaf hash at `index` to the root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(before: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Whether the proof shows that the later tree begins with the earlier one (2.1.4.2)."""
    if before == size:
        return not proof and old_root == root
    if before == 0:
        return not proof and old_root == EMPTY_ROOT
    if before > size or not proof:
        return False
    steps = list(proof) if before & (before - 1) else [old_root, *proof]
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return _grows(place, last, steps) == (old_root, root)


def _grows(place: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots the steps of a consistency proof lead to; None if they lead nowhere."""
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None
