"""What people type made plain: without what nobody sees, and in one writing.

Signs that are not seen turn round what stands after them, let two lines look alike that are not
the same, or carry words past whoever reads: a reason, a name or an answer would be read as
something else than what is kept and sealed.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks, embeddings, overrides and isolates (Unicode Standard Annex 9, section 2)."""

JOINING = "\u180b-\u180f\u200c\u200d\ufe0e\ufe0f"
"""Joiners and choices of a shape: nothing by themselves, yet emoji and whole scripts need them."""

UNSEEN = (
    DIRECTION
    + JOINING
    + "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164"
    + "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufff8"
    + "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Every sign that is shown as nothing, for a class of a regular expression: the property
Default_Ignorable_Code_Point (Unicode Standard, section 5.21), such as soft hyphens, fillers and
tags of languages."""

_JOINED = "\u0600-\u109f\u1780-\u18af\u2190-\u2bff\U0001f000-\U0001faff"
"""Scripts that are written joined, symbols and emoji."""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_IDLE = re.compile(
    f"(?![{JOINING}])[{UNSEEN}]|(?<![{_JOINED}\ufe0f])\u200d|(?<![{_JOINED}])(?!\u200d)[{JOINING}]"
)


def without_unseen(text: str) -> str:
    """A name, a label, a line, without any sign that is shown as nothing."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def without_disguise(text: str) -> str:
    """A text in the order in which its signs stand, without what is shown as nothing; joiners stay
    where they join: emoji are made of them, and so are words in Persian, Hindi or Mongolian."""
    return text if text.isascii() else _IDLE.sub("", text)


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
