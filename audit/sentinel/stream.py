"""The sealed trail as a stream: every pass of the sealer, in order, read exactly once.

The place reached is a row, moved in the same transaction in which what was read is made use of:
after a crash that round is read again and nothing of the first try is there. Of several workers one
reads and the others go on with something else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.sentinel.models import WatchCursor

AT_MOST = 2000  # entries in one round; a single pass of the sealer is never divided
PASSES = 200

Place = tuple[int, int]  # epoch and leaf

_WAITING = """
with waiting as (
  select epoch, first_leaf, size, entries, earliest, latest,
         sum(size) over (order by epoch, first_leaf) - size as earlier
    from (select epoch, first_leaf, size, entries, earliest, latest from audit_pass
           where (epoch, first_leaf) >= (%s, %s) order by epoch, first_leaf limit %s) p)
select epoch, first_leaf + size, entries, earliest, latest from waiting where earlier < %s
 order by epoch, first_leaf
"""


@dataclass(frozen=True, slots=True)
class Round:
    """Entries by id, the moments between which they were written, and the place behind them."""

    entries: list[int]
    earliest: datetime
    latest: datetime
    upto: Place = (0, 0)


def read_round(at_most: int = AT_MOST) -> Round | None:
    """What was sealed next, and the place moved behind it, in this transaction.

    None when nothing waits, or while somebody else reads.
    """
    cursor = _locked()
    if cursor is None:
        return None
    taken = round_from((cursor.epoch, cursor.next_leaf), at_most)
    if taken is None:
        return None
    cursor.epoch, cursor.next_leaf = taken.upto
    cursor.save(update_fields=["epoch", "next_leaf"])
    return taken


def round_from(place: Place, at_most: int = AT_MOST) -> Round | None:
    """What was sealed from this place on, without moving anything; None when nothing was."""
    with connection.cursor() as database:
        database.execute(_WAITING, [*place, PASSES, at_most])
        passes = database.fetchall()
    if not passes:
        return None
    return Round(
        [entry for row in passes for entry in row[2]],
        min(row[3] for row in passes),
        max(row[4] for row in passes),
        (passes[-1][0], passes[-1][1]),
    )


def reached() -> Place:
    """The place in the stream."""
    row = WatchCursor.objects.filter(pk=1).values_list("epoch", "next_leaf").first()
    return row or (0, 0)


def unread_age() -> float | None:
    """How many seconds ago the first pass that waits to be read was sealed; None when none waits.

    By the clock of the database, which sealed it.
    """
    with connection.cursor() as database:
        database.execute(
            "select extract(epoch from clock_timestamp() - sealed_at)::float8 from audit_pass"
            " where (epoch, first_leaf) >= (%s, %s) order by epoch, first_leaf limit 1",
            reached(),
        )
        row = database.fetchone()
    return None if row is None else row[0]


def first_since(moment: datetime) -> Place | None:
    """Where the passes begin that hold entries written since this moment; None if none does."""
    with connection.cursor() as database:
        database.execute(
            "select epoch, first_leaf from audit_pass where latest >= %s"
            " order by epoch, first_leaf limit 1",
            [moment],
        )
        row: Place | None = database.fetchone()
    return row


def _locked() -> WatchCursor | None:
    WatchCursor.objects.bulk_create([WatchCursor(pk=1)], ignore_conflicts=True)
    return WatchCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
