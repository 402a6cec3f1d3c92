"""The mark as a picture that lies over a page, and the address under which it is fetched.

The picture is subtracted from the page's colours (`mix-blend-mode: difference` in the stylesheet):
where a cell is lit, blue is lower by `DEPTH` of 255 levels, everywhere else nothing changes, on
light and on dark grounds alike. Blue gives 7 % of what the eye sees as brightness, so a lit cell is
0.3 % darker on white; contrast between text and ground changes by less than 1 %. In high contrast
the stylesheet lets less than half of it through (docs/guides/what-marks-survive.md).
"""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from django.core import signing

from audit.marks.pattern import CELL, SIDE, lit_cells
from audit.marks.payload import bits_of

CONTENT_TYPE = "image/svg+xml"
DEPTH = 5
_SALT = "audit.marks.address"


def draw_mark(view_id: int) -> bytes:
    """The pattern of one view as a picture that fills its box and is sharp at any size."""
    size, bars = SIDE * CELL, "".join(_bars(view_id))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"><defs>'
        f'<pattern id="mark" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<path fill="rgb(0,0,{DEPTH})" shape-rendering="crispEdges" d="{bars}"/>'
        '</pattern></defs><rect width="100%" height="100%"/>'
        '<rect width="100%" height="100%" fill="url(#mark)"/></svg>'
    ).encode()


def _bars(view_id: int) -> Iterator[str]:
    """Lit cells that stand side by side, as one rectangle."""
    for row, cells in enumerate(lit_cells(bits_of(view_id))):
        column = 0
        for is_lit, run in groupby(cells.tolist()):
            length = len(list(run))
            if is_lit:
                wide = length * CELL
                yield f"M{column * CELL} {row * CELL}h{wide}v{CELL}h-{wide}z"
            column += length


def token_for(view_id: int, account_id: UUID) -> str:
    """What the address of a mark carries: nobody can fetch the mark of another's view."""
    return signing.dumps(view_id, salt=f"{_SALT}.{account_id}")


def view_id_of(token: str, account_id: UUID) -> int | None:
    """The view a token was made for, if it was made by us for this account."""
    try:
        view_id: int = signing.loads(token, salt=f"{_SALT}.{account_id}")
    except signing.BadSignature:
        return None
    return view_id
