"""Pages of long lists by key: the same cost on the first page and on the thousandth, no totals.

A cursor names the row at the edge of a page and the way on from there. It carries order values
only, is opaque to people, and one that makes no sense shows the first page.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 50
MAX_CURSOR = 400
LARGEST = 2**63
EARLIEST = 1900


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list and the cursors of its neighbours; empty where there is no more."""

    rows: list[Row]
    before: str = ""
    after: str = ""


def page_of(
    queryset: QuerySet[Row],
    *,
    keys: Sequence[str],
    cursor: str = "",
    descending: bool = False,
    size: int = PAGE_SIZE,
    lines_of: Callable[[Sequence[Row]], Sequence[Hashable]] | None = None,
) -> Page[Row]:
    """The page a cursor points at. `keys` are columns of the row itself; the last one is unique.
    `lines_of` as for `page_from`."""

    def rows(edge: Sequence[Any], falling: bool, limit: int) -> list[Row]:
        found = queryset.order_by(*(f"-{key}" if falling else key for key in keys))
        if edge:
            found = found.filter(_beyond(keys, edge, falling=falling))
        return list(found[:limit])

    return page_from(
        rows,
        queryset.model,
        keys=keys,
        cursor=cursor,
        descending=descending,
        size=size,
        lines_of=lines_of,
    )


def page_from(
    rows_past: Callable[[Sequence[Any], bool, int], list[Row]],
    model: type[Row],
    *,
    keys: Sequence[str],
    cursor: str = "",
    descending: bool = False,
    size: int = PAGE_SIZE,
    lines_of: Callable[[Sequence[Row]], Sequence[Hashable]] | None = None,
) -> Page[Row]:
    """The same for rows that no queryset can describe.

    `rows_past(edge, falling, limit)` gives the rows beyond an edge (empty: from the beginning), in
    falling or rising order of the keys. `lines_of(rows)` says for each row to which line of the
    page it belongs, read in either order: then a page ends where a line does, with fewer rows than
    `size`. Only a line longer than that is on two pages, in parts; each row is always on one.
    """
    edge = _read(cursor, model, keys)
    backwards = edge is not None and edge[0] == "b"
    ahead = size if lines_of else 1
    rows = rows_past(edge[1] if edge else (), descending != backwards, size + ahead)
    ends = _end_of_a_line(lines_of(rows), size) if lines_of else size
    has_more = len(rows) > ends
    rows = rows[:ends]
    if backwards:
        rows.reverse()
    has_before = has_more if backwards else edge is not None
    has_after = has_more or backwards
    return Page(
        rows,
        before=_write("b", rows[0], keys) if rows and has_before else "",
        after=_write("a", rows[-1], keys) if rows and has_after else "",
    )


def _end_of_a_line(lines: Sequence[Hashable], size: int) -> int:
    """How many rows make the longest page that cuts no line in two; `size` where none does."""
    last = {line: place for place, line in enumerate(lines)}
    ends, reach = 0, 0
    for place, line in enumerate(lines[:size]):
        reach = max(reach, last[line])
        ends = place + 1 if reach == place else ends
    return ends or size


def _beyond(keys: Sequence[str], values: Sequence[Any], *, falling: bool) -> Q:
    """Rows past the edge: (a, b) > (x, y), spelt so that the first column's index serves it."""
    step = "lt" if falling else "gt"
    past = Q()
    for position, key in enumerate(keys):
        level = Q(**dict(zip(keys[:position], values[:position], strict=True)))
        past |= level & Q(**{f"{key}__{step}": values[position]})
    return Q(**{f"{keys[0]}__{step}e": values[0]}) & past


def _write(way: str, row: Model, keys: Sequence[str]) -> str:
    raw = json.dumps([way, *(_exact(getattr(row, key)) for key in keys)], cls=DjangoJSONEncoder)
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _exact(value: Any) -> Any:
    """Moments to the microsecond: Django's encoder cuts them, and rows would be lost."""
    return value.isoformat() if isinstance(value, datetime) else value


def _read(cursor: str, model: type[Model], keys: Sequence[str]) -> tuple[str, list[Any]] | None:
    if not cursor or len(cursor) > MAX_CURSOR:
        return None
    try:
        way, *values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if way not in ("a", "b") or len(values) != len(keys):
            return None
        columns = [model._meta.get_field(key) for key in keys]
        read = [
            column.to_python(value)
            for column, value in zip(columns, values, strict=True)
            if isinstance(column, Field)
        ]
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None
    return (way, read) if all(_can_be_asked(value) for value in read) else None


def _can_be_asked(value: Any) -> bool:
    """Whether a column could hold it at all; what nobody wrote is not asked of the database."""
    if isinstance(value, int):
        return abs(value) < LARGEST
    if isinstance(value, date):
        return EARLIEST <= value.year < date.max.year
    return value is not None and "\x00" not in str(value)
