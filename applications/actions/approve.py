"""Granting a case, unless a rule stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.actions.decide import deciding_step, end, write_decision
from applications.actions.keep_named import keep_named_in
from applications.case_trail import record_case
from applications.compliance.evaluate import Verdict, check_rules
from applications.compliance.facts import NO_INTEREST
from applications.models import Alarm, Application, Decision, Outcome
from applications.outcomes.issue import issue
from applications.selectors.sheet import sheet_of
from applications.selectors.warnings import conditions_not_met
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.schema.definition import Eligibility


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
    *, actor: Actor, reference: str, reason: str, no_interest: bool, although: str = ""
) -> Approved | StoppedByRules:
    """Grant, or stop because a rule fires or a fact is missing. The entry of a grant says under
    which rules it was given.

    `although` says why a condition of the guide that is surely not met does not stand against it.

    `no_interest` is the officer's declaration of having no interest in the case (Civil Servant
    Law, article 76). The stop is a result and not an exception: an exception would roll the
    transaction back and the alarm would vanish with it.
    """
    application = get_in_hand(actor, reference)
    step = deciding_step(application)
    record_case(application, actor=actor, verb=Verb.RULES_CHECKED)
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
    not_met = conditions_not_met(sheet_of(application))
    if not_met and not although.strip():
        raise _says_nothing_of(not_met)
    now = timezone.now()
    words = "\n".join(part for part in (reason, although.strip()) if part)
    keep_named_in(application, words)
    write_decision(
        application,
        actor,
        step,
        Decision.Kind.APPROVED,
        now,
        reason=words,
        grounds=[one.text.zh for one in not_met],
    )
    outcome = issue(application, result=Outcome.Result.GRANTED, department=step.department, at=now)
    end(application, State.APPROVED, actor, now)
    detail = {"number": outcome.number, **verdict.evidence}
    record_case(application, actor=actor, verb=Verb.APPROVED, detail=detail)
    return Approved(application, outcome)


def _says_nothing_of(not_met: Sequence[Eligibility]) -> Refused:
    conditions = "; ".join(str(one.text) for one in not_met)
    return Refused(
        code="application.grant_needs_word",
        message=_("As the answers stand, a condition of this service is not met: %(conditions)s")
        % {"conditions": conditions},
        next_step=_("If it is to be granted all the same, write why."),
        status=422,
    )
