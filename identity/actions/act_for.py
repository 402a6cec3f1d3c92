"""Choosing for whom one acts."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.access import get_principal
from identity.selectors.actor import ACTING_FOR


def act_for(*, actor: Actor, subject_id: UUID | None, session: SessionBase) -> None:
    """From the next page on, act for this person or organisation; None is oneself again."""
    if subject_id is None or subject_id == actor.person_id:
        session.pop(ACTING_FOR, None)
        return
    get_principal(actor, subject_id)
    session[ACTING_FOR] = str(subject_id)
    record(
        actor=actor,
        verb="session.acting_for",
        on=ObjectRef("identity.session", actor.sign_in),
        subjects=[subject_id],
        purpose=Purpose.own(),
    )
