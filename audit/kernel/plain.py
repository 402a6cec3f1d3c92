"""What people type, made plain: without marks of direction, and in one writing.

Marks of direction are not seen and turn round what stands after them: whoever reads a reason, or an
answer, would read something else than what is kept and sealed.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2)."""


def without_direction(text: str) -> str:
    """The text in the order in which its signs stand. Joiners stay: emoji are made of them."""
    return DIRECTION.sub("", text)


MOST_MARKS = 30
"""On one letter: more than any writing needs (Unicode Standard Annex 15, section 13)."""


def normalised(text: str, form: Literal["NFC", "NFD", "NFKC"]) -> str:
    """One writing for the same text. Of marks piled on one letter the first thirty stay: the time
    to put them in order grows with the square of the pile, and nothing else runs meanwhile."""
    return unicodedata.normalize(form, text if text.isascii() else "".join(_unpiled(text)))


def _unpiled(text: str) -> Iterator[str]:
    height = 0
    for sign in text:
        height = height + 1 if unicodedata.combining(sign) else 0
        if height <= MOST_MARKS:
            yield sign
