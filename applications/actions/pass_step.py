"""Finishing an office's part and passing the case on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.actions.decide import write_decision
from applications.case_trail import record_case
from applications.models import Application, Decision
from applications.states import State
from applications.verbs import Verb
from applications.workflow.engine import advance, kind_of, open_step
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused


@transaction.atomic
def pass_step(*, actor: Actor, reference: str, reason: str) -> Application:
    """Close a step that does not decide; the case waits at the next office or one's own desk."""
    application = get_in_hand(actor, reference)
    step = open_step(application) if application.state == State.ACCEPTED else None
    if step is None or kind_of(step).decides:
        raise Refused(
            code="application.nothing_to_pass_on",
            message=_("This step ends with the decision and cannot be passed on."),
            next_step=_("Grant or refuse, or ask the applicant for what is missing."),
        )
    now = timezone.now()
    record_case(application, actor=actor, verb=Verb.STEP_PASSED, detail={"step": step.code})
    write_decision(application, actor, step, Decision.Kind.STEP_PASSED, now, reason=reason)
    following = advance(application, actor, now)
    if following is not None and following.department_id == step.department_id:
        application.claimed_by = actor.account_id
        application.claimed_label = actor.label
    application.updated_at = now
    application.save()
    return application
