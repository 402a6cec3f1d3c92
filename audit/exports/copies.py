"""Each copy of a file of the trail carries the marks of the entry of its fetching."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from audit.kernel.spreadsheet import BYTE_ORDER_MARK
from audit.marks.copies import hide_copy, mark_copy

AT_ONCE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its number, such as FB-0000-04QG-3T5Z1, and the file in pieces."""

    number: str
    pieces: Iterator[bytes]


def copy_of(path: Path, *, entry_id: int, officer: str) -> Copy:
    """The file with a first line of its own. Opened at once, read when it is sent."""
    file = path.open("rb")
    file.seek(len(BYTE_ORDER_MARK))
    number = mark_copy(entry_id)
    words = _("Copy %(number)s") % {"number": number}
    first = f"{words}{hide_copy(entry_id)},{officer}\r\n"

    def pieces() -> Iterator[bytes]:
        with file:
            yield BYTE_ORDER_MARK + first.encode()
            while piece := file.read(AT_ONCE):
                yield piece

    return Copy(number, pieces())
