"""Refusing a case, with grounds and remedies."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.actions.decide import deciding_step, end, write_decision
from applications.actions.keep_named import keep_named_in
from applications.case_trail import record_case
from applications.models import Application, Decision, Outcome
from applications.outcomes.issue import issue, next_number
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused


@transaction.atomic
def reject_application(
    *, actor: Actor, reference: str, grounds: Sequence[str], reason: str
) -> Application:
    """Refuse in writing: which rule, what is missing, what can be done.

    A refusal states its grounds and the way to review and court (Administrative Licensing Law,
    article 38); without grounds there is none.
    """
    application = get_in_hand(actor, reference)
    step = deciding_step(application)
    stated = [ground.strip() for ground in grounds if ground.strip()]
    if not stated:
        raise Refused(
            code="application.refusal_needs_grounds",
            message=_("A refusal needs at least one ground."),
            next_step=_("Write which rule is not met and what is missing."),
            status=422,
        )
    now = timezone.now()
    number = next_number(step.department, now)
    keep_named_in(application, reason, *stated)
    record_case(application, actor=actor, verb=Verb.REJECTED, detail={"number": number})
    write_decision(
        application, actor, step, Decision.Kind.REJECTED, now, reason=reason, grounds=stated
    )
    issue(
        application,
        result=Outcome.Result.NOT_GRANTED,
        department=step.department,
        at=now,
        grounds=stated,
    )
    end(application, State.REJECTED, actor, now)
    return application
