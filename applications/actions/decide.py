"""What granting and refusing share: the written word, and the end of the case."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.access import has_ended
from applications.actions.move import move
from applications.models import Application, Decision, Step
from applications.states import State
from applications.workflow.engine import advance, kind_of, open_step
from applications.workflow.holders import let_go
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused

NOT_IN_WORK: dict[str, tuple[str, Promise, Promise]] = {
    State.SUBMITTED: (
        "application.not_taken_yet",
        _("Nobody has this case in hand yet."),
        _("Take it from the desk first."),
    ),
    State.CORRECTING: (
        "application.waits_for_applicant",
        _("The applicant has been asked to put something right and has not answered yet."),
        _("The case is back in your hands as soon as the answer is there."),
    ),
    State.ESCALATED: (
        "application.waits_for_superior",
        _("This case is before your superior and waits for the answer."),
        _("You get a message when the superior has answered."),
    ),
}


def require_in_work(application: Application) -> None:
    """Refuse, in words that fit, what can only be done to a case being worked on."""
    if application.state == State.ACCEPTED:
        return
    if application.state not in NOT_IN_WORK:
        raise has_ended()
    code, message, next_step = NOT_IN_WORK[application.state]
    raise Refused(code=code, message=message, next_step=next_step)


def deciding_step(application: Application) -> Step:
    """The open step if it is the one that decides; refused otherwise."""
    require_in_work(application)
    step = open_step(application)
    if not kind_of(step).decides:
        raise Refused(
            code="application.not_yet_decidable",
            message=_("This step is not the decision yet."),
            next_step=_("Finish your part first and pass the case on."),
        )
    return step


def passable_step(application: Application) -> Step:
    """The open step if it can be passed on; refused when it is the decision itself."""
    require_in_work(application)
    step = open_step(application)
    if kind_of(step).decides:
        raise Refused(
            code="application.nothing_to_pass_on",
            message=_("This step ends with the decision and cannot be passed on."),
            next_step=_("Grant or refuse, or ask the applicant for what is missing."),
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
    """Close the deciding step and the case with it: nobody holds it any more, and whoever decided
    stays the one who had it in hand, as the database asks of the entry."""
    advance(application, actor, at)
    application.claimed_by, application.claimed_label = actor.account_id, actor.label
    application.decided_at = at
    move(application, to)
    let_go(application, at)
