"""What granting and refusing share: the written word, and the end of the case."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from applications.actions.move import move
from applications.models import Application, Decision, Step
from applications.states import State
from applications.workflow.engine import advance, kind_of, open_step
from applications.workflow.holders import let_go
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused


def deciding_step(application: Application) -> Step:
    """The open step if it is the one that decides; refused otherwise."""
    step = open_step(application) if application.state == State.ACCEPTED else None
    if step is None or not kind_of(step).decides:
        raise Refused(
            code="application.not_yet_decidable",
            message=_("This case cannot be decided at this point."),
            next_step=_("The page of the case shows the step it is at; finish that one first."),
        )
    return step


def write_decision(
    application: Application,
    actor: Actor,
    step: Step,
    kind: Decision.Kind,
    at: datetime,
    *,
    reason: str = "",
    grounds: Sequence[str] = (),
    document: str = "",
) -> Decision:
    """Put an office's reasoned word into the case."""
    return Decision.objects.create(
        application=application,
        subject_id=application.subject_id,
        kind=kind,
        reason=reason,
        grounds=list(grounds),
        document=document,
        department=step.department,
        by=actor.account,
        by_label=actor.label,
        at=at,
    )


def end(application: Application, to: State, actor: Actor, at: datetime) -> None:
    """Close the deciding step and the case with it: nobody holds it any more."""
    advance(application, actor, at)
    application.decided_at = at
    move(application, to)
    let_go(application, at)
