"""Each copy of a file of the trail carries the marks of the entry of its fetching."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audit.exports.files import pieces_of
from audit.exports.models import TrailExport
from audit.kernel.spreadsheet import BYTE_ORDER_MARK
from audit.marks.copies import hide_copy, mark_copy


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its number, such as FB-0000-04QG-3T5Z1, and the file in pieces."""

    number: str
    pieces: Iterator[bytes]


def copy_of(export: TrailExport, *, entry_id: int, officer: str) -> Copy:
    """The file with a first line of its own; opened piece by piece as it is sent."""
    number = mark_copy(entry_id)
    words = _("Copy %(number)s") % {"number": number}
    first = f"{words}{hide_copy(entry_id)},{officer}\r\n"

    def pieces() -> Iterator[bytes]:
        yield BYTE_ORDER_MARK + first.encode()
        held = pieces_of(export)
        yield next(held)[len(BYTE_ORDER_MARK) :]
        yield from held

    return Copy(number, pieces())
