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
    """Entries by id, and the moments between which they were written."""

    entries: list[int]
    earliest: datetime
    latest: datetime


def read_round(at_most: int = AT_MOST) -> Round | None:
    """What was sealed next, and the place moved behind it, in this transaction.

    None when nothing waits, or while somebody else reads.
    """
    cursor = _locked()
    if cursor is None:
        return None
    with connection.cursor() as database:
        database.execute(_WAITING, [cursor.epoch, cursor.next_leaf, PASSES, at_most])
        passes = database.fetchall()
    if not passes:
        return None
    cursor.epoch, cursor.next_leaf = passes[-1][:2]
    cursor.save(update_fields=["epoch", "next_leaf"])
    return Round(
        [entry for row in passes for entry in row[2]],
        min(row[3] for row in passes),
        max(row[4] for row in passes),
    )


def _locked() -> WatchCursor | None:
    WatchCursor.objects.bulk_create([WatchCursor(pk=1)], ignore_conflicts=True)
    return WatchCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()
