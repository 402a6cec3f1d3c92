"""An officer reads the letter that ended a case."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.access import get_workable
from applications.models import Outcome, OutcomeText
from applications.selectors.others import everybody_in
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record


@transaction.atomic
def open_letter(*, actor: Actor, reference: str) -> tuple[Outcome, OutcomeText]:
    """The letter of a case of one's office; that it was read is written down first."""
    application = get_workable(actor, reference)
    letters = Outcome.objects.select_related("department", "application")
    outcome = letters.filter(application=application).first()
    if outcome is None:
        raise Refused(
            code="outcome.not_yet",
            message=_("There is no decision on this case yet."),
            next_step=_("The page of the case shows where it is and until when."),
            status=404,
        )
    record(
        actor=actor,
        verb=Verb.OUTCOME_VIEWED,
        on=outcome,
        subjects=everybody_in(application),
        purpose=Purpose.case(reference),
    )
    return outcome, OutcomeText.objects.get(outcome=outcome)
