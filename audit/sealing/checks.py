"""Checking the whole trail once a day, and keeping what was found.

The worker does it, as the application role: that role may read the trail and its seal, add a result
and never change one. What it keeps is for the supervisors' page, which that role writes anyway;
whoever trusts neither runs `audit_verify` with heads of their own. No transaction stays open while
the check runs, because the sealer would wait for it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import TrailCheck
from audit.sealing.publish import published
from audit.sealing.sources import DatabaseSource
from audit.sealing.verify import Report, verify

HOUR = 6  # in the morning, before the offices open
ONE_CHECKER = 7_265_616_302  # the number of the advisory lock
LONGEST_WORDS = 200


def check_daily() -> TrailCheck | None:
    """Check if nobody has since six in the morning; None if there was nothing to do."""
    with _only_one() as alone:
        if not alone or not _is_due(timezone.localtime()):
            return None
        heads = settings.HEADS_FILE
        kept = published(heads) if heads.exists() else ()
        began = time.monotonic()
        report = verify(DatabaseSource(), published=kept)
        return remember(report, time.monotonic() - began)


def remember(report: Report, seconds: float) -> TrailCheck:
    """Keep what a check found and how many seconds it took."""
    first = str(report.faults[0])[:LONGEST_WORDS] if report.faults else ""
    return TrailCheck.objects.create(
        entries=report.entries,
        heads=report.heads,
        seconds=round(seconds, 1),
        faults=len(report.faults),
        first_entry=report.first_entry,
        first_fault=first,
    )


def _is_due(now: datetime) -> bool:
    """Whether the newest check is from before the last six o'clock."""
    due = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if due > now:
        due -= timedelta(days=1)
    return not TrailCheck.objects.filter(at__gte=due).exists()


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether no other process is checking; statements may take their time meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [ONE_CHECKER])
        alone = bool(cursor.fetchone()[0])
        try:
            cursor.execute("set statement_timeout = '30min'")
            yield alone
        finally:
            cursor.execute("reset statement_timeout")
            if alone:
                cursor.execute("select pg_advisory_unlock(%s)", [ONE_CHECKER])
