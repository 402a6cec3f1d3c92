"""Checking everything once a day, and keeping what was found.

The sealer does it, beside its passes and with its own role: the application's role reads results
and can write none, so that a break-in into the web process can neither say that all is well nor
keep the next check from being made. No transaction stays open meanwhile: the seal would wait.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from audit.keeping.register import BrokenRegisterError, proven_in
from audit.models import TrailCheck
from audit.sealing.ahead import NOTICED
from audit.sealing.faults import Fault
from audit.sealing.keyring import known_keys
from audit.sealing.leaves import Leaf
from audit.sealing.losses import LOST, faults_of_places
from audit.sealing.publish import BrokenHeadsError, published
from audit.sealing.sources import DatabaseSource
from audit.sealing.untold import faults_of_rows
from audit.sealing.verify import Report, verify
from audit.structure.comparing import faults_of_structure

HOUR = 6  # in the morning, before the offices open
LONGEST_WORDS = 200
AGAIN_AFTER = 60.0  # seconds after a check that could not be made
log = logging.getLogger("audit.sealing")


def check_daily() -> TrailCheck | None:
    """Check if nobody has since six in the morning; None if there was nothing to do."""
    if not _is_due(timezone.localtime()):
        return None
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")  # of this session: a large trail takes time
    began = time.monotonic()
    report = with_surroundings(_verified())
    return remember(report, time.monotonic() - began)


def with_surroundings(report: Report) -> Report:
    """The report, and after its own faults what is wrong around the trail: places outside that
    have lost what they had, how the database is built, and rows that no entry tells of."""
    around = [*faults_of_places(), *faults_of_structure(), *faults_of_rows()]
    return replace(report, faults=[*report.faults, *around])


def may_remember() -> bool:
    """Whether the role of this process may: the sealer's alone."""
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(%s, 'insert')", [TrailCheck._meta.db_table])
        may: bool = cursor.fetchone()[0]
    return may


def remember(report: Report, seconds: float) -> TrailCheck:
    """Keep what a check found and how many seconds it took; when, the database says."""
    first = str(report.faults[0])[:LONGEST_WORDS] if report.faults else ""
    return TrailCheck.objects.create(
        entries=report.entries,
        heads=report.heads,
        seconds=round(seconds, 1),
        faults=len(report.faults),
        first_entry=report.first_entry,
        first_fault=first,
    )


class Beside:
    """The daily check in a thread beside the passes of the sealer, one at a time.

    It ends with the process; a check that was cut short is made again by the next one.
    """

    def __init__(self, check: Callable[[], object] = check_daily) -> None:
        self._check = check
        self._thread: Thread | None = None
        self._next = 0.0

    def look(self) -> None:
        """Begin a check if none runs and it may be time; returns at once."""
        if self._thread is not None and self._thread.is_alive():
            return
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + AGAIN_AFTER
            self._thread = Thread(target=self._run, name="check", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until the check that runs has ended."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._check()
        except (DatabaseError, OSError) as fault:
            log.error("the daily check failed: %s", type(fault).__name__)
        finally:
            connection.close()


def _verified() -> Report:
    """Against the heads in our own file, and with what our register of erasures proves. One of the
    two that cannot be read is a fault, no reason to stop."""
    try:
        proven, unread = _proven(), []
    except (BrokenRegisterError, OSError) as error:
        proven, unread = [], [Fault("broken register", str(error))]
    report = _against_published(proven)
    return replace(report, faults=[*unread, *report.faults])


def _against_published(proven: list[Leaf]) -> Report:
    path = settings.HEADS_FILE
    if not path.exists():
        return verify(DatabaseSource(), proven=proven)
    try:
        outside = published(path)  # first: what is published must be here, and the sealer goes on
        return verify(DatabaseSource(), published=outside, proven=proven)
    except BrokenHeadsError as error:
        report = verify(DatabaseSource(), proven=proven)
        return replace(report, faults=[Fault(LOST, str(error)), *report.faults])


def _proven() -> list[Leaf]:
    """What our own register of erasures proves of orders that are in no entry here."""
    keys = known_keys()
    path = settings.ERASURES_FILE
    return proven_in(path, keys[0]) if keys and path.exists() else []


def _is_due(now: datetime) -> bool:
    """Whether the newest check is from before the last six o'clock, or of a time to come."""
    due = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if due > now:
        due -= timedelta(days=1)
    # One that was made while the clock was ahead would keep the next from being made until then.
    return not TrailCheck.objects.filter(at__gte=due, at__lte=now + NOTICED).exists()
