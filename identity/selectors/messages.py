"""The inbox. Reading it opens the data of those it is about, so listing is recorded as well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from audit.waiting import Waiting
from identity.access import account_at_work
from identity.messaging.registry import message_kinds
from identity.models import Delivery, Message
from identity.selectors.principals import principals_of

PAGE = 20
LONGEST_MARK = 18


@dataclass(frozen=True, slots=True)
class ReadableMessage:
    """A message in the reader's language."""

    id: UUID
    title: str
    body: str
    link: str
    written_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    messages: list[ReadableMessage]
    next: str


def inbox_of(actor: Actor, *, after: str = "") -> InboxPage:
    """One page of the newest messages; `after` is the mark the page before ended with.

    The index rows say whose data the page shows, so that these are recorded and nobody else's.
    """
    rows = _delivered(actor).order_by("-pk")
    position = _read_mark(after)
    if position is not None:
        rows = rows.filter(pk__lt=position)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    more = len(found) > PAGE
    inbox = ObjectRef("identity.inbox", str(actor.account_id))
    _open(actor, "message.listed", inbox, [one.subject_id for one in shown])
    messages = Message.objects.in_bulk([one.message_id for one in shown])
    written = [readable(messages[one.message_id]) for one in shown]
    return InboxPage(written, str(shown[-1].pk) if more else "")


def message_for(actor: Actor, message_id: UUID) -> Message | None:
    """One message of this account, for reading; recorded."""
    found = _delivered(actor).filter(message_id=message_id).first()
    if found is None:
        return None
    message = ObjectRef("identity.message", str(message_id))
    _open(actor, "message.viewed", message, [found.subject_id])
    return Message.objects.get(pk=message_id)


def unread_count(account_id: UUID) -> int:
    """How many messages wait to be read; touches nothing gated."""
    return Delivery.objects.filter(
        account_id=account_id, channel="inbox", state=Delivery.State.SENT
    ).count()


def waiting_messages(actor: Actor) -> Waiting:
    """The same for the menu of the back office."""
    return Waiting(unread_count(account_at_work(actor)), 0)


def readable(message: Message) -> ReadableMessage:
    kind = message_kinds.get(message.kind)()
    params: dict[str, Any] = message.params
    return ReadableMessage(
        id=message.pk,
        title=kind.title(params),
        body=kind.body(params),
        link=kind.link(params),
        written_at=message.created_at,
        is_read=message.read_at is not None,
    )


def _delivered(actor: Actor) -> QuerySet[Delivery]:
    """What this account was told about itself, the person, and whom it may act for; under a mandate
    about its giver only."""
    about = [actor.on_behalf_of]
    if actor.mandate_id is None:
        principals = (one.subject_id for one in principals_of(actor))
        about = [account_at_work(actor), actor.person_id, *principals]
    subjects = [one for one in about if one is not None]
    return Delivery.objects.filter(
        account_id=account_at_work(actor), channel="inbox", subject_id__in=subjects
    )


def _open(actor: Actor, verb: str, on: ObjectRef, subjects: list[UUID]) -> None:
    record(actor=actor, verb=verb, on=on, subjects=subjects, purpose=Purpose.own())


def _read_mark(mark: str) -> int | None:
    """The place a page ended at; anything unreadable begins at the newest message."""
    is_number = mark.isascii() and mark.isdigit() and len(mark) <= LONGEST_MARK
    return int(mark) if is_number else None
