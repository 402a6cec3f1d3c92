"""An officer of a register's department opens what somebody contests."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.selectors.disputes import ContestedValue, contested_value, get_dispute_at

DISPUTES = Purpose.duty("dispute")
OTHERS_IN_IT = Purpose.duty("dispute_named")
VIEWED, NAMED_VIEWED = "dispute.viewed", "dispute.named.viewed"
KIND = "identity.dispute"


@transaction.atomic
def open_dispute(*, actor: Actor, reference: str) -> ContestedValue:
    """Read it, recorded with its purpose; the person concerned sees who looked, and why. So does
    whoever else stands in it, by an entry of their own, since it is not they who say that something
    is wrong: who that is the first one opens."""
    notice = get_dispute_at(actor, reference)
    on = ObjectRef(KIND, str(notice.dispute_id))
    record(actor=actor, verb=VIEWED, on=on, subjects=[notice.subject_id], purpose=DISPUTES)
    contested = contested_value(notice)
    if contested.others:
        others = contested.others
        record(actor=actor, verb=NAMED_VIEWED, on=on, subjects=others, purpose=OTHERS_IN_IT)
    return contested
