"""The only door into the audit log.

An entry is written in the transaction of the act it records, by one statement, through the one
database function the application role may call. Naming a subject opens that subject's rows for
the rest of the transaction and no longer: the trace is the key.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, Error, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused

logger = logging.getLogger(__name__)

Subscriber = Callable[[int], None]
_subscribers: dict[str, list[Subscriber]] = {}


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """Something an entry points at, by kind and id; it may be gone long before the entry."""

    kind: str
    id: str

    @classmethod
    def of(cls, instance: models.Model) -> "ObjectRef":
        return cls(instance._meta.label_lower, str(instance.pk))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One call of `record()` in this request, to be made again should the request be undone."""

    entry_id: int
    call: Mapping[str, Any]
    is_view: bool


NOTHING = ObjectRef("", "")
CLOCK_AHEAD = "CLOCK"  # the condition of `audit_record` where the newest head is far ahead
NOT_HELD = "28000"  # PostgreSQL's invalid authorization; `audit_check_who` alone says so
_CALL = (
    "select audit_record(%s::uuid, %s, %s, %s, %s, %s::uuid, %s::uuid, %s,"
    " %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::uuid[])"
)


def record(
    *,
    actor: Actor,
    verb: str,
    on: models.Model | ObjectRef = NOTHING,
    subjects: Sequence[UUID] = (),
    purpose: Purpose | None = None,
    outcome: str = "done",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write one entry, open its subjects for the rest of this transaction, return the entry's id.

    `outcome` is done, refused, or undone (the request failed after something had been seen).
    `detail` may carry personal words: it is stored apart and only its salted hash is part of the
    entry. DataError for an entry that says too little. Raises RuntimeError outside a transaction:
    such an entry would open nothing. Refused (503) when it is about people and the seal has stood
    still too long (`audit_policy`), when the newest seal is far ahead of the clock, and when the
    database does not take the entry, for whatever reason; Refused (403) when an officer does not
    hold the named post now (`may_act`). After both the transaction cannot go on.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() needs the transaction of the act it records")
    target = on if isinstance(on, ObjectRef) else ObjectRef.of(on)
    try:
        entry_id = _call(actor, verb, target, subjects, purpose, outcome, detail)
    except DataError:
        raise  # the call says too little, such as no purpose: a fault of ours, not of the trail
    except Error as fault:
        raise _not_taken(fault) from fault
    if entry_id is None:
        raise _not_sealed()
    _remember(entry_id, actor, verb, target, subjects, purpose, detail, outcome)
    for subscriber in _subscribers.get(verb, ()):
        subscriber(entry_id)
    return entry_id


def may_act(actor: Actor) -> bool:
    """Whether this officer holds the post that is named, now: account, code, capacity, department
    and its region.

    For jobs done in the name of somebody who asked earlier.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_may_act(%s::uuid, %s, %s, %s, %s)",
            [
                _text(actor.account_id),
                actor.label,
                str(actor.capacity),
                actor.department_code,
                actor.region_code,
            ],
        )
        held: bool = cursor.fetchone()[0]
    return held


class Door(Enum):
    """Whether entries about people are taken now."""

    OPEN = "open"
    NOT_SEALED = "not sealed"
    CLOCK_AHEAD = "clock ahead"
    NOT_WRITTEN = "not written"


def try_the_door(actor: Actor) -> Door:
    """Write an entry about nobody there is, and take it back: it leaves nothing and opens nothing.

    Touches every table an entry needs, so that what would stop a request stops this as well.
    """
    door = Door.OPEN
    try:
        with transaction.atomic():
            nobody, words = [UUID(int=0)], {"try": True}
            if _call(actor, "trail.tried", NOTHING, nobody, None, "done", words) is None:
                door = Door.NOT_SEALED
            transaction.set_rollback(True)
    except Error as fault:
        door = Door.CLOCK_AHEAD if _code(fault) == CLOCK_AHEAD else Door.NOT_WRITTEN
    return door


def subscribe(verb: str, subscriber: Subscriber) -> None:
    """Call `subscriber` with the entry id, in the act's transaction; it writes outbox rows only."""
    known = _subscribers.setdefault(verb, [])
    if subscriber not in known:
        known.append(subscriber)


def _not_sealed() -> Refused:
    return Refused(
        code="trail.not_sealed",
        message=_("For the moment nobody's data can be shown: the trail is not being sealed."),
        next_step=_("We are at work on it. Nothing you wrote is lost; please try again later."),
        status=503,
    )


def _not_taken(fault: Error) -> Refused:
    """The refusal, for whoever answers outside the transaction too, which cannot go on.

    What the database says may hold values, so only its code is told: five characters as PostgreSQL
    lists them in its appendix A.
    """
    code = _code(fault)
    if code == NOT_HELD:
        refusal = _not_held()
    else:
        refusal = _clock_ahead() if code == CLOCK_AHEAD else _not_written(fault, code)
    connection.trail_refusal = refusal  # type: ignore[attr-defined]
    return refusal


def _code(fault: Error) -> str:
    return getattr(fault.__cause__, "pgcode", None) or "no code"


def _clock_ahead() -> Refused:
    """After the alarm."""
    logger.error("the trail cannot be written: the newest seal is far ahead of the clock")
    return Refused(
        code="trail.clock_ahead",
        message=_("For the moment nobody's data can be shown: the clock of the server was wrong."),
        next_step=_("We are setting it right. Nothing you wrote is lost; please try again later."),
        status=503,
    )


def _not_held() -> Refused:
    """A post was ended, or an account closed, between the beginning of a request and its entry."""
    logger.warning("an entry was refused: its officer does not hold that post now")
    return Refused(
        code="trail.post_not_held",
        message=_("Your posting has ended, so nothing more is shown or done in it."),
        next_step=_(
            "If you have another posting, you go on in that one from here. If you have none, ask"
            " the system administrator of your department."
        ),
        status=403,
    )


def _not_written(fault: Error, code: str) -> Refused:
    """After the alarm."""
    logger.error("the trail cannot be written: %s (%s)", type(fault).__name__, code)
    return Refused(
        code="trail.not_written",
        message=_("For the moment nobody's data can be shown: the trail cannot be written."),
        next_step=_("We are at work on it. Please try again in a few minutes."),
        status=503,
    )


def _call(
    actor: Actor,
    verb: str,
    on: ObjectRef,
    subjects: Sequence[UUID],
    purpose: Purpose | None,
    outcome: str,
    detail: Mapping[str, Any] | None,
) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            _CALL,
            [
                _text(actor.account_id),
                actor.label,
                str(actor.capacity),
                actor.department_code,
                actor.region_code,
                _text(actor.on_behalf_of),
                _text(actor.mandate_id),
                actor.sign_in,
                verb,
                on.kind,
                on.id,
                str(purpose.kind) if purpose else "",
                purpose.code if purpose else "",
                outcome,
                actor.request_id,
                json.dumps(detail, cls=DjangoJSONEncoder, sort_keys=True) if detail else None,
                [str(subject) for subject in dict.fromkeys(subjects)],
            ],
        )
        written: int | None = cursor.fetchone()[0]
    return written


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def view_number() -> int | None:
    """The number of the newest entry of this request by which an officer saw somebody's data.

    None where nobody was seen, and outside a request.
    """
    seen: list[Remembered] = getattr(connection, "trail_seen", None) or []
    return next((one.entry_id for one in reversed(seen) if one.is_view), None)


def _remember(
    entry_id: int,
    actor: Actor,
    verb: str,
    on: ObjectRef,
    subjects: Sequence[UUID],
    purpose: Purpose | None,
    detail: Mapping[str, Any] | None,
    outcome: str,
) -> None:
    """Keep the call, so that a transaction that is rolled back still leaves what was seen."""
    seen = getattr(connection, "trail_seen", None)
    if seen is None:
        return
    call = {
        "actor": actor,
        "verb": verb,
        "on": on,
        "subjects": subjects,
        "purpose": purpose,
        "detail": detail,
    }
    is_view = actor.is_staff and bool(subjects) and outcome == "done"
    seen.append(Remembered(entry_id=entry_id, call=call, is_view=is_view))
