"""The mark as a pattern: a square of 20 × 20 cells, each lit or not, repeated over the page.

Half of the cells, like the dark fields of a chess board, are the same in every mark: by them a
reader finds where the square lies and how large it is. The other half carries the bits, each
three times or four, scattered over the square so that no single thing on the page can hide one. A
sequence of chance (known to everybody, always the same) decides which cells are lit for a nought
and which for a one: about half of the cells are lit whatever the number is, and it looks like
nothing.

Knows neither settings nor database: the program that reads pictures apart imports it.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from audit.marks.size import BITS

SIDE = 20
CELL = 20  # pixels of the page's own measure
DIGEST_BITS = 256


def _chance(name: str, count: int) -> NDArray[np.int64]:
    """`count` signs, -1 or 1, the same in every version of every library."""
    digests = (sha256(f"{name}:{n}".encode()).digest() for n in range(count // DIGEST_BITS + 1))
    bits = np.unpackbits(np.frombuffer(b"".join(digests), np.uint8))[:count]
    return bits.astype(np.int64) * 2 - 1


def _owners(carriers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which bit each carrying cell belongs to, -1 for the cells that carry none."""
    count = int(carriers.sum())
    scattered = np.argsort([sha256(f"owner:{n}".encode()).digest() for n in range(count)])
    bit_of = np.empty(count, np.int64)
    bit_of[scattered] = np.arange(count) % BITS
    owners = np.full(carriers.shape, -1)
    owners[carriers] = bit_of
    return owners


_rows, _columns = np.indices((SIDE, SIDE))
CARRIERS: NDArray[np.bool_] = (_rows + _columns) % 2 == 1
SIGNS: NDArray[np.int64] = _chance("cells", SIDE * SIDE).reshape(SIDE, SIDE)
OWNERS = _owners(CARRIERS)


def lit_cells(bits: Sequence[int]) -> NDArray[np.bool_]:
    """Which cells of the square are lit for these bits."""
    signs = SIGNS.copy()
    signs[CARRIERS] *= (np.array(bits) * 2 - 1)[OWNERS[CARRIERS]]
    return signs > 0
