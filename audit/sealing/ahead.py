"""When the newest head is of a time to come: the clock of the server had been ahead, or is behind.

No entry and no head is earlier than the newest head, so that the order of the trail holds where the
clock is set back: for a day at most they stay where that head is. What is further ahead nothing
follows; no entry is taken until the owner puts it right (`audit.keeping.clock`). That begins an
epoch, whose first head may be earlier than the one before and whose first entry says so.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection

from audit.sealing.leaves import COLUMNS, Leaf

FOLLOWED = timedelta(days=1)  # as `audit_record` has it
NOTICED = timedelta(seconds=5)  # clocks are corrected by less all the time
PUT_RIGHT = "trail.clock_put_right"
EPOCH = "trail.epoch"
_KIND, _ID = (COLUMNS.index(name) for name in ("object_kind", "object_id"))

_AHEAD = "select at - clock_timestamp() from audit_head order by number desc limit 1"


def newest_head_ahead() -> timedelta:
    """By how much the newest head is ahead of the database's clock; below nought: it is not."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD)
        row = cursor.fetchone()
    ahead: timedelta = row[0] if row else timedelta(0)
    return ahead


def says_put_right(leaf: Leaf, epoch: int, taken: Sequence[int]) -> bool:
    """Whether this entry, the first of those the epoch began with, says that the clock was put
    right with it."""
    said = leaf.verb, leaf.values[_KIND], leaf.values[_ID]
    return leaf.entry_id == taken[0] and said == (PUT_RIGHT, EPOCH, str(epoch))
