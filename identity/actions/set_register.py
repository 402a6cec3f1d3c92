"""Saying where a register answers."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.models import RecordSource
from identity.records.transport import SAMPLE


@transaction.atomic
def set_register(*, actor: Actor, code: str, address: str) -> RecordSource:
    """From now on the register is asked there. May raise DoesNotExist and ValidationError."""
    source = RecordSource.objects.select_for_update(of=("self",)).get(code=code)
    source.endpoint = address
    source.full_clean()
    _refuse_nowhere(address)
    source.save(update_fields=["endpoint"])
    record(
        actor=actor,
        verb="register.set",
        on=source,
        purpose=Purpose.duty("tables"),
        detail={"endpoint": address},
    )
    return source


def _refuse_nowhere(address: str) -> None:
    """Numbers of people are sent there: it has to be one machine, and no password stands in it."""
    try:
        parts = urlsplit(address)
        names_one = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        names_one = False
    if address != SAMPLE and (not names_one or any(one.isspace() for one in address)):
        raise ValidationError(_("Write sample: or an address that begins with https://"))
