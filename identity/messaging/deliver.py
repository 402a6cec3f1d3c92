"""What the worker does for each promised delivery."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from audit.kernel.actors import Actor
from audit.outbox import handles
from audit.trail import ObjectRef, record
from identity.messaging.channel import channels
from identity.messaging.tell import DELIVER, why
from identity.models import Delivery, Message


@handles(DELIVER)
def deliver(payload: Mapping[str, Any], key: str) -> None:
    """Bring one message by one channel; doing it again after it went out does nothing."""
    delivery = Delivery.objects.select_related("account").get(pk=payload["delivery"])
    if delivery.state != Delivery.State.WAITING:
        return
    record(
        actor=Actor.system("message delivery"),
        verb="message.sent",
        on=ObjectRef("identity.message", str(delivery.message_id)),
        subjects=[delivery.subject_id],
        purpose=why(payload),
        detail={"channel": delivery.channel},
    )
    message = Message.objects.get(pk=delivery.message_id)
    channels.get(delivery.channel)().send(delivery, message)
    delivery.state = Delivery.State.SENT
    delivery.sent_at = timezone.now()
    delivery.save(update_fields=["state", "sent_at"])
