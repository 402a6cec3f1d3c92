"""The one way from a sealed value to the value."""

from uuid import UUID

from django.db import models, transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.sealed.value import Sealed


@transaction.atomic
def reveal(
    sealed: Sealed,
    *,
    actor: Actor,
    purpose: Purpose,
    on: models.Model | ObjectRef,
    subject_id: UUID,
) -> str:
    """Record who reveals which value of whom and why, then return the value."""
    record(
        actor=actor,
        verb="value.revealed",
        on=on,
        subjects=[subject_id],
        purpose=purpose,
        detail={"place": (sealed.context or "").partition(":")[0]},
    )
    return sealed.open_unrecorded()
