"""Somebody says that a register is wrong about them."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.kernel.ids import random_code
from audit.trail import record
from identity.access import get_actable, refuse_under_mandate
from identity.models import Dispute, DisputeNotice, RecordSource

NUMBER_LENGTH = 10


@transaction.atomic
def dispute_record(
    *, actor: Actor, subject_id: UUID, source: RecordSource, element: str, statement: str
) -> Dispute:
    """Keep what is said to be right; on an open dispute the words said before stay beside it."""
    refuse_under_mandate(actor)
    get_actable(actor, subject_id)
    dispute = Dispute(subject_id=subject_id, source=source, element=element, statement=statement)
    record(
        actor=actor,
        verb="record.disputed",
        on=dispute,
        subjects=[subject_id],
        purpose=Purpose.own(),
        detail={"source": source.code, "element": element},
    )
    open_ones = Dispute.objects.filter(
        subject_id=subject_id, source=source, element=element, state=Dispute.State.OPEN
    )
    earlier = open_ones.select_for_update().first()
    if earlier is not None:
        return _reword(earlier, statement)
    dispute.save(force_insert=True)
    DisputeNotice.objects.create(
        dispute=dispute,
        reference=random_code(NUMBER_LENGTH),
        subject_id=subject_id,
        source=source,
        element=element,
        raised_at=dispute.raised_at,
    )
    return dispute


def _reword(dispute: Dispute, statement: str) -> Dispute:
    if statement and statement != dispute.statement:
        until = timezone.now().isoformat()
        dispute.earlier = [*dispute.earlier, {"statement": dispute.statement, "until": until}]
        dispute.statement = statement
        dispute.save(update_fields=["statement", "earlier"])
    return dispute
