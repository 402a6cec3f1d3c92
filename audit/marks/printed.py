"""The numbers that people can read: of a view on a page, of a copy on a file.

A copy number carries a keyed check (`audit.marks.copies`). A view number is only a number: it tells
where to look, and anybody can have typed it, so it is never taken for a proof.
"""

import re

from audit.kernel.plain import normalised
from audit.marks.copies import read_copy

MOST_FIGURES = 15
_AFTER_ITS_NAME = re.compile(
    rf"(?:查看号|\bVIEW)\s*[:：#]?\s*([0-9]{{1,{MOST_FIGURES}}})(?![0-9])", re.IGNORECASE
)
_ALONE = re.compile(rf"\s*([0-9]{{1,{MOST_FIGURES}}})\s*")


def read_view(text: str) -> int | None:
    """The first view number in a text, as pages print it: 查看号 123 or view 123."""
    found = _AFTER_ITS_NAME.search(normalised(text, "NFKC"))
    return int(found[1]) if found else None


def read_printed(typed: str) -> int | None:
    """The entry a number names that was copied from a page or a file: the number alone, the whole
    line it stands in, or a copy number. None for what is neither."""
    alone = _ALONE.fullmatch(normalised(typed, "NFKC"))
    return int(alone[1]) if alone else (read_view(typed) or read_copy(typed))
