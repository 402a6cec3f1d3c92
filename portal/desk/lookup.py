"""Looking a person up without a case: by number, for a reason from the list, never silently."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from audit.kernel.actors import Actor, Capacity, Purpose, PurposeKind
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record
from identity.models import PersonDetail
from portal.desk.reasons import REASONS

LOOKED_UP = "person.looked_up"
MAX_CASES = 50


@dataclass(frozen=True, slots=True)
class Found:
    """As little of a person as helps an officer on: name, masked number, open cases by number."""

    name: str
    masked_number: str
    references: list[str]


@transaction.atomic
def look_up_person(*, actor: Actor, person_id: UUID | None, reason: str) -> Found | None:
    """The person a number led to, recorded for them to see; None if nobody here has it.

    A look-up that finds nobody is recorded too: trying numbers is an act as well.
    """
    if actor.capacity not in (Capacity.CLERK, Capacity.SUPERIOR) or reason not in REASONS:
        raise Refused(
            code="desk.lookup_not_allowed",
            message=_("A person can only be looked up for one of the reasons in the list."),
            next_step=_("Choose a reason, or open the case from your desk."),
            status=403,
        )
    purpose = Purpose(PurposeKind.REASON, reason)
    if person_id is None:
        nobody = ObjectRef("identity.person", "")
        record(actor=actor, verb=LOOKED_UP, on=nobody, purpose=purpose, outcome="refused")
        return None
    target = ObjectRef("identity.person", str(person_id))
    record(actor=actor, verb=LOOKED_UP, on=target, subjects=[person_id], purpose=purpose)
    detail = PersonDetail.objects.get(pk=person_id)
    return Found(detail.name, str(detail.citizen_number), _open_cases(person_id))


def _open_cases(person_id: UUID) -> list[str]:
    cases = Application.objects.open().about([person_id]).order_by("-submitted_at")
    return list(cases.values_list("reference", flat=True)[:MAX_CASES])
