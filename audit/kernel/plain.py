"""Marks of direction in what people type: they are not seen, and turn round what stands after them.

Whoever reads a reason, or an answer, would read something else than what is kept and sealed.
"""

import re

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2)."""


def without_direction(text: str) -> str:
    """The text in the order in which its signs stand. Joiners stay: emoji are made of them."""
    return DIRECTION.sub("", text)
