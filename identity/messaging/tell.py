"""The one way to tell somebody something."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.outbox import enqueue
from audit.trail import ObjectRef, record
from identity.messaging.channel import channels
from identity.messaging.registry import Params, message_kinds
from identity.models import Account, Delivery, Message

DELIVER = "message.deliver"


@transaction.atomic
def tell(
    *,
    actor: Actor,
    account_id: UUID,
    subject_id: UUID | None,
    kind: str,
    params: Params,
    key: str,
) -> UUID | None:
    """Write one message and promise its delivery, in the transaction of what it tells about.

    The same key to the same account is one message, however often it is said; None then. Messages
    to staff lie under the account itself, so reading them opens nobody's data: their `params` name
    a case by its reference only. Unknown kinds raise LookupError here and not in the worker.
    """
    message_kinds.get(kind)
    account = Account.objects.get(pk=account_id)
    subject = account.pk if account.is_staff or subject_id is None else subject_id
    message = Message(
        id=uuid4(), subject_id=subject, account=account, kind=kind, params=dict(params), key=key
    )
    record(
        actor=actor,
        verb="message.written",
        on=ObjectRef.of(message),
        subjects=[subject],
        purpose=why(params),
        detail={"kind": kind},
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if not Message.objects.filter(pk=message.pk).exists():
        return None
    _promise_deliveries(message, account)
    return message.pk


def why(params: Params) -> Purpose:
    """Why a message is written and brought: for the case it tells about, or because it is due."""
    reference = str(params.get("reference", ""))
    return Purpose.case(reference) if reference else Purpose.duty("message")


def _promise_deliveries(message: Message, account: Account) -> None:
    reference = message.params.get("reference")
    payload = {"reference": reference} if reference else {}
    for code in channels:
        channel = channels.get(code)()
        if not channel.reach(account):
            continue
        at_once = channel.at_once
        delivery = Delivery.objects.create(
            message=message,
            account=account,
            subject_id=message.subject_id,
            channel=code,
            state=Delivery.State.SENT if at_once else Delivery.State.WAITING,
            sent_at=timezone.now() if at_once else None,
        )
        if not at_once:
            enqueue(DELIVER, payload | {"delivery": delivery.pk}, key=f"{DELIVER}:{delivery.pk}")
