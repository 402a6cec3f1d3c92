"""Reading a message."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.models import Delivery, Message
from identity.selectors.messages import message_for


@transaction.atomic
def open_message(*, actor: Actor, message_id: UUID, is_read: bool = True) -> Message:
    """Return one's own message and mark it read; somebody else's is not there."""
    message = message_for(actor, message_id)
    if message is None:
        raise Refused(
            code="identity.no_such_message",
            message=_("There is no such message in your space."),
            next_step=_("Go back to your messages and choose one of them."),
            status=404,
        )
    if is_read and message.read_at is None:
        message.read_at = timezone.now()
        message.save(update_fields=["read_at"])
        Delivery.objects.filter(message_id=message.pk, channel="inbox").update(
            state=Delivery.State.READ
        )
    return message
