"""Looking at a case is an act: it leaves a trace, and only then can the case be read."""

from django.db import transaction

from applications.access import get_put_before, get_workable
from applications.case_trail import record_case
from applications.compliance.evaluate import check_rules
from applications.models import Alarm
from applications.selectors.case import CaseFile, read_case
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor, Capacity


@transaction.atomic
def open_application(*, actor: Actor, reference: str) -> CaseFile:
    """Read one case as an officer of its office, or as the superior it was put before."""
    if actor.capacity is Capacity.SUPERIOR:
        application = get_put_before(actor, reference)
    else:
        application = get_workable(actor, reference)
    record_case(application, actor=actor, verb=Verb.VIEWED)
    verdict = None
    if not application.has_ended and application.state != State.DRAFT:
        verdict = check_rules(application, stage=Alarm.Stage.OPENING)
    return read_case(application, verdict)
