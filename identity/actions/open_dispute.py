"""An officer of a register's department opens what somebody contests."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.models import DisputeNotice
from identity.selectors.disputes import ContestedValue, contested_value, get_dispute_at

DISPUTES = Purpose.duty("dispute")
KIND = "identity.dispute"


@transaction.atomic
def open_dispute(*, actor: Actor, reference: str) -> ContestedValue:
    """Read it, recorded with its purpose; the person concerned sees who looked, and why. So does
    whoever else stands in it, by an entry of their own: who that is the first one opens."""
    notice = get_dispute_at(actor, reference)
    _leave_trace(actor, notice, [notice.subject_id])
    contested = contested_value(notice)
    if contested.others:
        _leave_trace(actor, notice, contested.others)
    return contested


def _leave_trace(actor: Actor, notice: DisputeNotice, subjects: Sequence[UUID]) -> None:
    record(
        actor=actor,
        verb="dispute.viewed",
        on=ObjectRef(KIND, str(notice.dispute_id)),
        subjects=subjects,
        purpose=DISPUTES,
    )
