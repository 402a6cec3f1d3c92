"""Finding a mark in a picture. Run in the process apart: imports numpy and the picture library.

What is known: the pattern repeats every 20 cells, half of its cells are always the same. What is
not known: how many dots of the picture make one cell (the screen's own measure, a picture made
smaller), and where the square begins (a piece cut out). So every size between 0.4 and 2.2 is tried:

1. Only the mark's own colour is kept: blue against the mean of red and green. Text and rules are
   nearly grey and fall away.
2. The picture is brought to four dots a cell; slow changes are taken away (a mean over three cells)
   and what is stronger than the mark can be is cut, so that no coloured button outweighs it.
3. All repetitions are laid on one another: what repeats with the square grows, the rest does not.
4. The known half is compared with the sum at all 80 × 80 places at once (a product of Fourier
   transforms). The best place stands out by `score` standard deviations over all places. Chance
   gives 4 to 6, a mark 8 to 17; below `LEAST_SCORE` there is none.
5. At that place and size the vote of a bit is the sum over its cells, so a cell hidden by a
   picture or by JPEG only weakens it. How strong the mark is there is known from the known half;
   what is more than twice as strong is cut anew, or one coloured line would outvote a faint mark.

What was found is handed on; whether the votes make a number is for others to say.
"""

import json
import struct
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from audit.marks.pattern import CARRIERS, CELL, OWNERS, SIDE, SIGNS
from audit.marks.size import BITS

FOUND, NOTHING, LARGE, BROKEN = "found", "nothing", "large", "broken"
FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 20_000_000
SMALLEST, LARGEST, STEP = 0.4, 2.2, 1.006
FINE_STEPS = (-0.004, -0.003, -0.002, -0.001, 0.0, 0.001, 0.002, 0.003, 0.004)
DOTS = 4
PERIOD = SIDE * DOTS
WIDE, HIGH = 4 * PERIOD, 3 * PERIOD
MOST_WINDOWS = 3
SMOOTH = 3 * DOTS + 1
STRONGEST, OUTVOTES = 3.0, 2.0
HALVED_FROM = 1.1
LEAST_DOTS = 20
LEAST_SCORE = 7.5
KNOWN = np.fft.rfft2(np.kron(np.where(CARRIERS, 0, SIGNS), np.ones((DOTS, DOTS)))).conj()

Plane = NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A mark as it was found: how sure, at which size, and what the cells say of each bit."""

    score: float
    scale: float
    votes: list[float]


def sightings_in(picture: Image.Image) -> list[Sighting]:
    """The marks in a picture, from the top down; none if nothing stands out."""
    found = []
    for window in islice(_windows(picture), MOST_WINDOWS):
        sighting = _sighting_in(Image.fromarray(_colour(window)))
        if sighting.score >= LEAST_SCORE:
            found.append(sighting)
    return found


def _windows(picture: Image.Image) -> list[Image.Image]:
    """The picture, or pieces of a long one: where screens were stitched, the pattern shifts."""
    high = max(int(picture.width * HIGH / WIDE), HIGH * CELL // DOTS)
    tops = range(0, max(picture.height - high // 2, 1), high)
    return [picture.crop((0, top, picture.width, min(top + high, picture.height))) for top in tops]


def _colour(picture: Image.Image) -> NDArray[np.float32]:
    dots = np.asarray(picture, dtype=np.float32)
    return np.ascontiguousarray(dots[..., 2] - (dots[..., 0] + dots[..., 1]) / 2)


def _sighting_in(plane: Image.Image) -> Sighting:
    half = plane.reduce(2)
    scale = max(_scales(), key=lambda one: abs(_place(_folded(plane, half, one))[0]))
    closer = [scale * (1 + step) for step in FINE_STEPS]
    scale = max(closer, key=lambda one: abs(_place(_folded(plane, half, one))[0]))
    folded = _folded(plane, half, scale)
    score, top, left = _place(folded)
    sign = 1 if score > 0 else -1
    strength = _strength(_cells_at(folded, top, left, sign)) / _layers(plane, scale)
    cut = _folded(plane, half, scale, strongest=OUTVOTES * strength)
    votes = _votes(_cells_at(cut, top, left, sign))
    return Sighting(score=abs(score), scale=scale, votes=votes)


def _scales() -> list[float]:
    count = int(np.log(LARGEST / SMALLEST) / np.log(STEP)) + 1
    return [SMALLEST * STEP**n for n in range(count)]


def _folded(
    plane: Image.Image, half: Image.Image, scale: float, *, strongest: float = STRONGEST
) -> Plane:
    """All repetitions of the square on one another, if one dot of the page is `scale` of ours."""
    source, measure = (half, scale / 2) if scale > HALVED_FROM else (plane, scale)
    step = CELL / DOTS * measure
    wide = min(int(source.width / step), WIDE)
    high = min(int(source.height / step), HIGH)
    if min(wide, high) < LEAST_DOTS:
        return np.zeros((PERIOD, PERIOD))
    box = (0, 0, wide * step, high * step)
    small = np.asarray(source.resize((wide, high), Image.Resampling.BOX, box=box))
    whole = np.zeros((-(-high // PERIOD) * PERIOD, -(-wide // PERIOD) * PERIOD))
    whole[:high, :wide] = np.clip(small - _smooth(small), -strongest, strongest)
    folded: Plane = whole.reshape(-1, PERIOD, whole.shape[1] // PERIOD, PERIOD).sum((0, 2))
    return folded


def _smooth(plane: Plane) -> Plane:
    """The mean around every dot, by sums over rows and columns."""
    padded = np.pad(plane.astype(np.float64), SMOOTH // 2, mode="edge")
    sums = np.pad(padded, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    around = sums[SMOOTH:, SMOOTH:] - sums[:-SMOOTH, SMOOTH:] - sums[SMOOTH:, :-SMOOTH]
    mean: Plane = (around + sums[:-SMOOTH, :-SMOOTH]) / SMOOTH**2
    return mean


def _place(folded: Plane) -> tuple[float, int, int]:
    """How far the best place stands out, and where; below nought if light and dark are swapped."""
    match = np.fft.irfft2(np.fft.rfft2(folded) * KNOWN, s=folded.shape)
    spread = float(match.std())
    best = int(np.argmax(np.abs(match)))
    top, left = divmod(best, PERIOD)
    return (float(match.flat[best]) / spread if spread else 0.0), top, left


def _cells_at(folded: Plane, top: int, left: int, sign: int) -> Plane:
    """The inner dots of every cell, summed, with the signs of the pattern taken out."""
    square = np.roll(folded, (-top, -left), (0, 1)) * sign
    cells: Plane = square.reshape(SIDE, DOTS, SIDE, DOTS)[:, 1:-1, :, 1:-1].sum((1, 3)) * SIGNS
    return cells


def _strength(cells: Plane) -> float:
    """How much a dot of the known cells stands out, all repetitions together; nought at least."""
    return max(float(np.median(cells[~CARRIERS])) / (DOTS - 2) ** 2, 0.0)


def _layers(plane: Image.Image, scale: float) -> float:
    """How often the square is repeated in what is looked at of a picture."""
    side = SIDE * CELL * scale
    wide, high = min(plane.width / side, WIDE / PERIOD), min(plane.height / side, HIGH / PERIOD)
    return wide * high


def _votes(cells: Plane) -> list[float]:
    """For every bit the sum over its cells: above nought for a one, near it where they differ."""
    return [round(float(cells[bit == OWNERS].sum()), 1) for bit in range(BITS)]


def look(data: bytes) -> tuple[str, bytes]:
    """One word about a file, and the sightings as JSON."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return LARGE, b""
            found = sightings_in(picture.convert("RGB"))
    except (Image.DecompressionBombError, MemoryError):
        return LARGE, b""
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        return BROKEN, b""
    made = json.dumps([asdict(one) for one in found]).encode()
    return (FOUND if found else NOTHING), made


def main() -> None:
    """Answer on standard output: one word, then the sightings."""
    Image.MAX_IMAGE_PIXELS = None  # counted above
    word, made = look(sys.stdin.buffer.read())
    sys.stdout.buffer.write(word.encode() + b"\n" + made)


if __name__ == "__main__":
    main()
