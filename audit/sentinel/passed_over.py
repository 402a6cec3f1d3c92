"""Officers the sentinel could not look at: passed over, so that the others are looked at, and told.

Whoever can write as the application can record entries nobody thought of. What cannot be counted or
judged must keep the sentinel from nobody else's looks; nor may it be skipped in silence. The second
look of every six hours tries again.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.db import InterfaceError, OperationalError

from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.sentinel.alarms import SENTINEL
from audit.sentinel.events import Post
from audit.trail import ObjectRef, record
from audit.transaction import attempt

logger = logging.getLogger(__name__)

PASSED_OVER = "sentinel.passed_over"
OFFICERS = ObjectRef("audit.sentinel", "officers")


def succeeds(look: Callable[[], None]) -> bool:
    """Whether this look went through; if not, it left nothing, and the transaction goes on.

    Raises what no officer's entries bring about: the database is in trouble (OperationalError,
    InterfaceError) or takes no entry (Refused). Then the round is read again.
    """
    try:
        with attempt():
            look()
    except (OperationalError, InterfaceError, Refused):
        raise
    except Exception as fault:  # noqa: BLE001 - one officer must not stop the others
        # What the database says may hold values, so only its code is told.
        code = getattr(fault.__cause__, "pgcode", None) or "no code"
        logger.error("the sentinel could not look: %s (%s)", type(fault).__name__, code)
        return False
    return True


def tell_passed_over(posts: Collection[Post]) -> None:
    """One entry of the trail; which codes and accounts they are stands in its detail."""
    if posts:
        record(
            actor=SENTINEL,
            verb=PASSED_OVER,
            on=OFFICERS,
            purpose=Purpose.duty("supervision"),
            detail={"officers": sorted(f"{one.officer} {one.account}" for one in posts)},
        )


def has_passed_over(since: datetime) -> bool:
    """Whether officers were passed over since this moment."""
    return AuditEntry.objects.filter(
        object_kind=OFFICERS.kind, object_id=OFFICERS.id, verb=PASSED_OVER, at__gte=since
    ).exists()
