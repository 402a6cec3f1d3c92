"""Saying where a register answers."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.models import RecordSource


@transaction.atomic
def set_register(*, actor: Actor, code: str, address: str) -> RecordSource:
    """From now on the register is asked there. May raise DoesNotExist and ValidationError."""
    source = RecordSource.objects.select_for_update(of=("self",)).get(code=code)
    source.endpoint = address
    source.full_clean()
    source.save(update_fields=["endpoint"])
    record(
        actor=actor,
        verb="register.set",
        on=source,
        purpose=Purpose.duty("tables"),
        detail={"endpoint": address},
    )
    return source
