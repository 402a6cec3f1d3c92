"""Looking at a case is an act: it leaves a trace, and only then can the case be read."""

from dataclasses import dataclass

from django.db import transaction

from applications.access import get_put_before, get_workable
from applications.case_trail import record_case
from applications.compliance.evaluate import Verdict, check_rules
from applications.compliance.stated import FACT
from applications.models import Alarm, Application
from applications.selectors.case import CaseFile, read_case
from applications.selectors.sheet import sheet_of
from applications.selectors.warnings import conditions_not_met
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor, Capacity
from catalog.schema.definition import Definition, Eligibility


@dataclass(frozen=True, slots=True)
class RulesSeen:
    """What the rules say about a case, without anything of what it holds."""

    application: Application
    definition: Definition
    verdict: Verdict | None
    not_met: tuple[Eligibility, ...]
    stated: frozenset[str]
    """The facts an officer stated."""


@transaction.atomic
def open_application(*, actor: Actor, reference: str) -> CaseFile:
    """Read one case as an officer of its office, or as the superior it was put before."""
    if actor.capacity is Capacity.SUPERIOR:
        application = get_put_before(actor, reference)
    else:
        application = get_workable(actor, reference)
    record_case(application, actor=actor, verb=Verb.VIEWED)
    return read_case(application, _asked(application))


@transaction.atomic
def see_rules(*, actor: Actor, reference: str) -> RulesSeen:
    """Ask the rules about a case of one's office; recorded, because they read its answers."""
    application = get_workable(actor, reference)
    record_case(application, actor=actor, verb=Verb.RULES_VIEWED)
    sheet = sheet_of(application)
    return RulesSeen(
        application,
        sheet.definition,
        _asked(application),
        not_met=conditions_not_met(sheet),
        stated=frozenset(key.removeprefix(FACT) for key in sheet.values if key.startswith(FACT)),
    )


def _asked(application: Application) -> Verdict | None:
    if application.has_ended or application.state == State.DRAFT:
        return None
    return check_rules(application, stage=Alarm.Stage.OPENING)
