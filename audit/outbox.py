"""The outbox: what was promised in a transaction is done after it, once, whatever was killed.

A job is a row written with the act that causes it. Celery only carries the hint that it is time;
a sweep every few seconds finds what no hint reached. Handlers get ids, never personal words.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audit.kernel.errors import Refused
from audit.models import Outbox
from audit.transaction import attempt

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any], str], None]
_handlers: dict[str, Handler] = {}
_nudges: list[Callable[[], object]] = []

FIRST_PAUSE = timedelta(seconds=5)
TRIES = 10
UNTIL_IT_CAN_BE_RECORDED = timedelta(minutes=1)
NOT_NOW = 503
APART = "apart:"


class TryLater(Exception):  # noqa: N818 - the world is busy, not the code wrong
    """A handler's word that the provider refused now and may accept later."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that does jobs of this kind; it gets the payload and the job's key."""

    def decorate(handler: Handler) -> Handler:
        if _handlers.get(kind, handler) is not handler:
            raise ValueError(f"outbox: {kind!r} has two handlers")
        _handlers[kind] = handler
        return handler

    return decorate


def nudge_with(nudge: Callable[[], object]) -> None:
    """Call `nudge` after each commit that promised something (the worker's tasks register here)."""
    if nudge not in _nudges:
        _nudges.append(nudge)


def enqueue(
    kind: str, payload: Mapping[str, Any], *, key: str, since: datetime | None = None
) -> None:
    """Promise a job in the current transaction; the same key twice is one promise.

    Keys count upwards, so somebody may have taken one that was still to come. A promise that is
    not the same and waiting is no promise of this: it is given apart, under a key nobody guesses,
    and told in the log and as an alarm. A key that is said again and again comes with `since`:
    from then on it can have been said, and whatever has become of it, it is this promise.
    """
    _write(kind, payload, key)
    same = Q(payload=dict(payload), done_at=None, given_up=False)
    if since is not None:
        same |= Q(created_at__gte=since)
    if not Outbox.objects.filter(same, kind=kind, key=key).exists():
        logger.error("promise of kind %s: its key was taken before, it is given apart", kind)
        _write(kind, payload, APART + salted_hmac("audit.outbox", key).hexdigest())
    for nudge in _nudges:
        transaction.on_commit(nudge, robust=True)


def _write(kind: str, payload: Mapping[str, Any], key: str) -> None:
    Outbox.objects.bulk_create(
        [Outbox(kind=kind, key=key, payload=dict(payload), next_try=timezone.now())],
        ignore_conflicts=True,
    )


def keys_were_taken(since: datetime) -> bool:
    """Whether promises had to be given apart since then, because their keys stood there before."""
    return Outbox.objects.filter(key__startswith=APART, created_at__gte=since).exists()


def take() -> bool:
    """Do the oldest job that is due; False when there is none.

    The row stays locked while its handler works, so two workers never do one job, and a killed
    worker's job is free again at once. A fault puts the job off, longer each time.
    """
    with transaction.atomic():
        job = (
            Outbox.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, given_up=False, next_try__lte=timezone.now())
            .order_by("next_try", "id")
            .only("kind", "key", "tries")  # a payload nobody can read is a fault of its own job
            .first()
        )
        if job is None:
            return False
        try:
            with attempt():
                _handlers[job.kind](job.payload, job.key)
        except Exception as fault:  # noqa: BLE001 - one bad job must not stop the others
            changes = _put_off(job, fault)
        else:
            changes = {"done_at": timezone.now(), "fault": "", "tries": _counted(job)}
        Outbox.objects.filter(pk=job.pk).update(**changes)
    return True


def take_all() -> int:
    """Do everything that is due; return how many jobs were taken."""
    taken = 0
    while take():
        taken += 1
    return taken


def _put_off(job: Outbox, fault: Exception) -> dict[str, Any]:
    """What becomes of a job that failed. A try counts, but not while nothing at all can be
    recorded: no job is given up because the trail stood still for hours."""
    if isinstance(fault, Refused) and fault.status == NOT_NOW:
        return {"fault": fault.code, "next_try": timezone.now() + UNTIL_IT_CAN_BE_RECORDED}
    name = type(fault).__name__
    if not isinstance(fault, TryLater):
        logger.error("job %s of kind %s failed: %s", job.pk, job.kind, name)
    tries = _counted(job)
    if tries >= TRIES:
        return {"fault": name, "tries": tries, "given_up": True}
    pause = FIRST_PAUSE * 2**job.tries
    return {"fault": name, "tries": tries, "next_try": timezone.now() + pause}


def _counted(job: Outbox) -> int:
    """One try more; a number no job of ours reaches stays, for nothing is reckoned with it."""
    return max(job.tries, min(job.tries + 1, TRIES))
