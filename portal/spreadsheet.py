"""Tables as files that spreadsheet programs open correctly and without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence

from audit.kernel.spreadsheet import BYTE_ORDER_MARK, cell

CONTENT_TYPE = "text/csv; charset=utf-8"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV (RFC 4180) in UTF-8, with the mark by which spreadsheet programs know the encoding."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue().encode()
