"""Granting a case, unless a rule stands in the way."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from applications.access import get_in_hand
from applications.actions.decide import deciding_step, end, write_decision
from applications.case_trail import record_case
from applications.compliance.evaluate import Verdict, check_rules
from applications.compliance.facts import NO_INTEREST
from applications.models import Alarm, Application, Decision, Outcome
from applications.outcomes.issue import issue
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Approved:
    application: Application
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class StoppedByRules:
    application: Application
    verdict: Verdict


@transaction.atomic
def approve_application(
    *, actor: Actor, reference: str, reason: str, no_interest: bool
) -> Approved | StoppedByRules:
    """Grant, or stop because a rule fires or a fact is missing.

    `no_interest` is the officer's declaration of having no interest in the case (Civil Servant
    Law, article 76). The stop is a result and not an exception: an exception would roll the
    transaction back and the alarm would vanish with it.
    """
    application = get_in_hand(actor, reference)
    step = deciding_step(application)
    record_case(application, actor=actor, verb=Verb.RULES_VIEWED)
    verdict = check_rules(
        application, stage=Alarm.Stage.DECISION, extra={NO_INTEREST: not no_interest}
    )
    if verdict.stops:
        record_case(
            application,
            actor=actor,
            verb=Verb.STOPPED,
            outcome="refused",
            detail={"rules": verdict.codes, "missing": [r.rule.code for r in verdict.unknown]},
        )
        return StoppedByRules(application, verdict)
    now = timezone.now()
    write_decision(application, actor, step, Decision.Kind.APPROVED, now, reason=reason)
    outcome = issue(application, result=Outcome.Result.GRANTED, department=step.department, at=now)
    end(application, State.APPROVED, actor, now)
    record_case(application, actor=actor, verb=Verb.APPROVED, detail={"number": outcome.number})
    return Approved(application, outcome)
