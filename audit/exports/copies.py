"""Each copy of a file of the trail says which it is: the number of the entry of its fetching."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from audit.kernel.spreadsheet import BYTE_ORDER_MARK

AT_ONCE = 64 * 1024


def copy_of(path: Path, *, entry_id: int, officer: str) -> Iterator[bytes]:
    """The file in pieces, with a first line of its own. Opened at once, read when it is sent."""
    file = path.open("rb")
    file.seek(len(BYTE_ORDER_MARK))
    first = mark_of(entry_id, officer)

    def pieces() -> Iterator[bytes]:
        with file:
            yield BYTE_ORDER_MARK + first
            while piece := file.read(AT_ONCE):
                yield piece

    return pieces()


def mark_of(entry_id: int, officer: str) -> bytes:
    """The line that tells copies apart, as a row of the table."""
    words = _("Copy %(number)s") % {"number": entry_id}
    return f"{words},{officer}\r\n".encode()
