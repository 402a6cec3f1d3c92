"""Putting a case before the superior a rule names, and the superior's answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand, get_put_before
from applications.actions.decide import deciding_step, write_decision
from applications.actions.keep_named import keep_named_in
from applications.actions.move import move
from applications.case_trail import record_case
from applications.compliance.evaluate import Verdict, check_rules
from applications.models import Alarm, Decision, Escalation, Holder
from applications.states import State
from applications.verbs import Verb
from applications.workflow.engine import open_step
from applications.workflow.holders import hold
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused


@transaction.atomic
def ask_superior(*, actor: Actor, reference: str, reason: str) -> Escalation:
    """Put the case before the office's superiors, if they may allow every rule that fires."""
    application = get_in_hand(actor, reference)
    step = deciding_step(application)
    record_case(application, actor=actor, verb=Verb.RULES_CHECKED)
    verdict = check_rules(application, stage=Alarm.Stage.OPENING)
    require_askable(verdict)
    keep_named_in(application, reason)
    now = timezone.now()
    escalation = Escalation.objects.create(
        application=application,
        rules=verdict.codes,
        department=step.department,
        asked_by=actor.account,
        asked_at=now,
    )
    write_decision(
        application,
        actor,
        step,
        Decision.Kind.ASKED_SUPERIOR,
        now,
        reason=reason,
        grounds=verdict.codes,
    )
    hold(application, kind=Holder.Kind.SUPERIOR, department=step.department, at=now)
    move(application, State.ESCALATED)
    record_case(application, actor=actor, verb=Verb.ESCALATED, detail={"rules": verdict.codes})
    return escalation


def require_askable(verdict: Verdict | None) -> None:
    """Refuse to ask where no rule stands against the case, or one nobody may allow."""
    if verdict is None or not verdict.fired:
        raise Refused(
            code="application.nothing_to_allow",
            message=_("No rule stands against this case, so there is nothing to ask."),
            next_step=_("Go on with the case as it is."),
        )
    if not verdict.can_be_put_before_superior:
        raise Refused(
            code="application.nobody_may_allow",
            message=_("No superior may allow this case."),
            next_step=_(
                "Ask the applicant to put it right, or refuse and say which rule it breaks."
            ),
        )


@transaction.atomic
def answer_escalation(
    *, actor: Actor, reference: str, allow: bool, document: str, reason: str
) -> Escalation:
    """The superior's answer, in writing, by somebody other than the one who asked.

    The case goes back to the officer who has it in hand: allowed, the rules asked about no longer
    hold it; not allowed, they do.
    """
    application = get_put_before(actor, reference)
    escalation = Escalation.objects.select_for_update().get(application=application, answer="")
    _check(actor, escalation, allow=allow, document=document)
    now = timezone.now()
    step = open_step(application)
    answer = Escalation.Answer.ALLOWED if allow else Escalation.Answer.NOT_ALLOWED
    kind = Decision.Kind.ALLOWED if allow else Decision.Kind.NOT_ALLOWED
    keep_named_in(application, reason, document)
    record_case(
        application,
        actor=actor,
        verb=Verb.ESCALATION_DECIDED,
        detail={"rules": escalation.rules, "answer": answer},
    )
    write_decision(
        application,
        actor,
        step,
        kind,
        now,
        reason=reason,
        document=document,
        grounds=escalation.rules,
    )
    escalation.answer = answer
    escalation.answered_by = actor.account
    escalation.answered_at = now
    escalation.save(update_fields=["answer", "answered_by", "answered_at"])
    hold(application, kind=Holder.Kind.DEPARTMENT, department=step.department, at=now)
    move(application, State.ACCEPTED)
    return escalation


def _check(actor: Actor, escalation: Escalation, *, allow: bool, document: str) -> None:
    if escalation.asked_by == actor.account_id:
        raise Refused(
            code="application.asked_by_yourself",
            message=_("You put this case forward yourself, so somebody else answers it."),
            next_step=_("Leave it to another superior of your office."),
        )
    if allow and not document.strip():
        raise Refused(
            code="application.allowing_needs_document",
            message=_("Allowing a case in spite of a rule needs a document."),
            next_step=_("Give the number of the document you allow it by."),
            status=422,
        )
