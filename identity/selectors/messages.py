"""The inbox. Reading it opens the data of those it is about, so listing is recorded as well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.access import account_at_work
from identity.messaging.registry import message_kinds
from identity.models import Delivery, Message
from identity.selectors.principals import principals_of

PAGE = 20


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
    """One page of the newest messages; `after` is the mark the page before ended with."""
    _open(actor, "message.listed", ObjectRef("identity.inbox", str(actor.account_id)))
    mine = Message.objects.filter(account_id=account_at_work(actor)).order_by("-created_at", "-id")
    position = _read_mark(after)
    if position is not None:
        at, pk = position
        mine = mine.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    found = list(mine[: PAGE + 1])
    shown = found[:PAGE]
    more = len(found) > PAGE
    return InboxPage([readable(one) for one in shown], _mark(shown[-1]) if more else "")


def message_for(actor: Actor, message_id: UUID) -> Message | None:
    """One message of this account, for reading; recorded."""
    _open(actor, "message.viewed", ObjectRef("identity.message", str(message_id)))
    return Message.objects.filter(pk=message_id, account_id=account_at_work(actor)).first()


def unread_count(account_id: UUID) -> int:
    """How many messages wait to be read; touches nothing gated."""
    return Delivery.objects.filter(
        account_id=account_id, channel="inbox", state=Delivery.State.SENT
    ).count()


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


def _open(actor: Actor, verb: str, on: ObjectRef) -> None:
    """Open what this account may be told about: itself, the person, and whom it may act for."""
    subjects = [account_at_work(actor), *(one.subject_id for one in principals_of(actor))]
    if actor.person_id is not None:
        subjects.append(actor.person_id)
    record(actor=actor, verb=verb, on=on, subjects=subjects, purpose=Purpose.own())


def _mark(message: Message) -> str:
    return f"{message.created_at.isoformat()}_{message.pk}"


def _read_mark(mark: str) -> tuple[datetime, UUID] | None:
    """The place a page ended at; anything unreadable begins at the newest message."""
    at, _, pk = mark.partition("_")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(pk)) if moment is not None and moment.tzinfo else None
    except ValueError:
        return None
