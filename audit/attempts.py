"""What an officer reached for and may not open: the answer says nothing of it, the trail does."""

from django.db.models import Model

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record


def record_attempt(actor: Actor | None, refusal: Refused) -> None:
    """One entry about the thing itself and nobody's data: nothing is opened by being refused.

    Called where a request ends, because the refusal undoes what the action had begun to write.
    """
    reached_for = refusal.attempted
    if actor is None or not actor.is_staff or not isinstance(reached_for, Model | ObjectRef):
        return
    target = reached_for if isinstance(reached_for, ObjectRef) else ObjectRef.of(reached_for)
    verb = f"{target.kind.rpartition('.')[2]}.refused"
    record(actor=actor, verb=verb, on=target, outcome="refused")
