"""Putting right a trail whose newest head is of a time to come, as the owner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from audit.keeping.alone import CannotBeKeptError
from audit.kernel.actors import Actor, Purpose
from audit.sealing.ahead import EPOCH, FOLLOWED, PUT_RIGHT, newest_head_ahead
from audit.sealing.heads import Head
from audit.sealing.places import waiting_age
from audit.sealing.store import last_head
from audit.trail import ObjectRef, record

OPERATOR = Actor.system("put_clock_right")
KEEPING = Purpose.duty("keeping")
WAITS = "10s"  # for entries that are being written; none can come any more


@dataclass(frozen=True, slots=True)
class Ahead:
    """The newest head, what the clock of the database says, and by how much the head is ahead."""

    head: Head
    now: datetime
    by: timedelta


def ahead_of_clock() -> Ahead:
    """What there is to put right. CannotBeKeptError: nothing, or what ends by itself."""
    head, by = last_head(), newest_head_ahead()
    if head is None or by <= timedelta(0):
        raise CannotBeKeptError("The newest seal is not ahead of the clock: nothing to put right.")
    if by <= FOLLOWED:
        raise CannotBeKeptError(
            f"The newest seal is ahead of the clock until {head.moment:%Y-%m-%d %H:%M} UTC. Entries"
            " are taken and say that time until then; it ends by itself, and nothing is to be done."
        )
    return Ahead(head, head.moment - by, by)


def put_right() -> int:
    """Begin an epoch that goes back to the clock, with the entry that says so; returns its number.

    CannotBeKeptError: there is nothing to put right, or entries are not under the old heads yet.
    """
    try:
        with transaction.atomic():
            _hold_everything()
            ahead = ahead_of_clock()
            if waiting_age() is not None:
                raise CannotBeKeptError(
                    "Entries still wait for the seal, and only the sealer can take them: see that"
                    " it runs (manage.py seal --every 3), and repeat. Nothing was changed."
                )
            return _begin(ahead)
    except OperationalError as error:
        raise CannotBeKeptError(
            "Somebody has been writing an entry or sealing for ten seconds. Nothing was changed:"
            " repeat, and if it stays so, stop the portal, not the sealer, and repeat."
        ) from error


def _hold_everything() -> None:
    """The sealer waits, whoever is writing an entry ends, and nobody begins another meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [WAITS])
        cursor.execute("select from audit_turn for update")
        cursor.execute("lock table audit_entry in share row exclusive mode")


def _begin(ahead: Ahead) -> int:
    """The entry is the first of the epoch: whatever is written later has a greater number."""
    with connection.cursor() as cursor:
        cursor.execute("select audit_add_epoch(%s)", [ahead.head.number])
        epoch = int(cursor.fetchone()[0])
    record(
        actor=OPERATOR,
        verb=PUT_RIGHT,
        on=ObjectRef(EPOCH, str(epoch)),
        purpose=KEEPING,
        detail={"after": ahead.head.number, "said": ahead.head.at, "clock": ahead.now.isoformat()},
    )
    return epoch
