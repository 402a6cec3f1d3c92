"""Finishing an office's part and passing the case on."""

from django.db import transaction
from django.utils import timezone

from applications.access import get_in_hand
from applications.actions.decide import passable_step, write_decision
from applications.actions.keep_named import keep_named_in
from applications.case_trail import record_case
from applications.models import Application, Decision
from applications.verbs import Verb
from applications.workflow.engine import advance
from audit.kernel.actors import Actor


@transaction.atomic
def pass_step(*, actor: Actor, reference: str, reason: str) -> Application:
    """Close a step that does not decide; the case waits at the next office or one's own desk."""
    application = get_in_hand(actor, reference)
    step = passable_step(application)
    now = timezone.now()
    keep_named_in(application, reason)
    record_case(application, actor=actor, verb=Verb.STEP_PASSED, detail={"step": step.code})
    write_decision(application, actor, step, Decision.Kind.STEP_PASSED, now, reason=reason)
    following = advance(application, actor, now)
    if following is not None and following.department_id == step.department_id:
        application.claimed_by = actor.account_id
        application.claimed_label = actor.label
    application.updated_at = now
    application.save()
    return application
