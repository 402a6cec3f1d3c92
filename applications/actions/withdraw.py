"""The applicant takes a case back."""

from django.db import transaction
from django.utils import timezone

from applications.access import get_own
from applications.actions.move import move
from applications.actions.pause import resume
from applications.case_trail import record_case
from applications.models import Application, Correction, Step
from applications.states import State
from applications.verbs import Verb
from applications.workflow.holders import let_go
from audit.kernel.actors import Actor


@transaction.atomic
def withdraw_application(*, actor: Actor, reference: str) -> Application:
    """End a case that has not been decided. A draft ends too; what was typed in it stays sealed."""
    application = get_own(actor, reference, verb="submit", lock=True)
    now = timezone.now()
    record_case(application, actor=actor, verb=Verb.WITHDRAWN)
    resume(application, at=now)
    Correction.objects.filter(application=application, answered_at=None).update(answered_at=now)
    Step.objects.filter(application=application).exclude(state=Step.State.DONE).update(
        state=Step.State.LEFT_OUT
    )
    move(application, State.WITHDRAWN)
    let_go(application, now)
    return application
