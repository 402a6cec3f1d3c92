"""An officer of a register's department opens what somebody contests."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.selectors.disputes import ContestedValue, contested_value, get_dispute_at

DISPUTES = Purpose.duty("dispute")
KIND = "identity.dispute"


@transaction.atomic
def open_dispute(*, actor: Actor, reference: str) -> ContestedValue:
    """Read it, recorded with its purpose; the person concerned sees who looked, and why."""
    notice = get_dispute_at(actor, reference)
    record(
        actor=actor,
        verb="dispute.viewed",
        on=ObjectRef(KIND, str(notice.dispute_id)),
        subjects=[notice.subject_id],
        purpose=DISPUTES,
    )
    return contested_value(notice)
