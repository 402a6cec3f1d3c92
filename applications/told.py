"""What the page of a case tells whoever it is about or filled it in, of the acts of officers."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from applications.models import Application
from applications.selectors.others import party
from applications.verbs import Verb
from audit.kernel.actors import PurposeKind
from identity.selectors.told_elsewhere import Telling, tellings

TOLD = (
    Verb.CLAIMED,
    Verb.CORRECTION_ASKED,
    Verb.STEP_PASSED,
    Verb.ESCALATED,
    Verb.ESCALATION_DECIDED,
    Verb.APPROVED,
    Verb.REJECTED,
)
"""Acts of officers that the state of the case or its thread (`selectors/thread.py`) shows, or a
message tells; what they saw and wrote down on the way there is none."""


@tellings.register("case")
class OwnCase(Telling):
    """The case, its letters and messages. Who is merely named in it reads nothing of these."""

    def acts(self, subjects: Collection[UUID]) -> Q:
        own = Application.objects.filter(party(subjects)).values_list("reference", flat=True)
        of_own = Q(purpose_kind=PurposeKind.CASE, purpose__in=list(own))
        return of_own & Q(verb__in=TOLD, outcome="done")
