"""What is typed where an officer is asked for: often a number that has a field of its own."""

import re

from audit.kernel.plain import normalised
from audit.marks.printed import read_printed

_IDENTITY_NUMBER = re.compile("[0-9]{17}[0-9X]", re.IGNORECASE)
_CASE_NUMBER = re.compile(r"YB[-\s]?[0-9]", re.IGNORECASE)


def field_meant(typed: str) -> str:
    """The field of the search it belongs in, told by its form alone: `number`, `reference`, `view`,
    or `officer`. Figures alone can be part of an officer code and a view number: they stay."""
    plain = normalised(typed, "NFKC").strip()
    if _IDENTITY_NUMBER.fullmatch(plain.replace(" ", "")):
        return "number"
    if _CASE_NUMBER.match(plain):
        return "reference"
    is_printed = not plain.isdigit() and read_printed(plain) is not None
    return "view" if is_printed else "officer"
