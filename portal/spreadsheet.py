"""Tables as files that spreadsheet programs open correctly and without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from audit.kernel.spreadsheet import BYTE_ORDER_MARK, cell
from audit.marks.copies import hide_copy, mark_copy

CONTENT_TYPE = "text/csv; charset=utf-8"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV (RFC 4180) in UTF-8, with the mark by which spreadsheet programs know the encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue().encode()


def as_marked_csv(header: Sequence[str], rows: Iterable[Sequence[object]], entry_id: int) -> bytes:
    """The same for one reader: the copy says by which entry of the trail it was saved."""
    marked = [f"{header[0]}{hide_copy(entry_id)}", *header[1:]]
    return as_csv(marked, [*rows, [_("Copy number"), mark_copy(entry_id)]])


def marked_name(name: str, entry_id: int) -> str:
    """The name of a file with the number of its copy before the ending."""
    stem, _dot, ending = name.rpartition(".")
    return f"{stem}-{mark_copy(entry_id)}.{ending}"
