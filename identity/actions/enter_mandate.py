"""Entering a mandate that was given on paper."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.models import Mandate

ENTERED = "mandate.entered"


@transaction.atomic
def enter_mandate(*, actor: Actor, mandate: Mandate) -> Mandate:
    """From now on its holder acts for its giver; both find the entry among the looks.

    The database takes none without, and of what was entered nothing changes but its end.
    """
    mandate.save(force_insert=True)
    tied = (mandate.holder_id, mandate.for_person_id, mandate.for_organisation_id)
    record(
        actor=actor,
        verb=ENTERED,
        on=mandate,
        subjects=[one for one in tied if one],
        purpose=Purpose.duty("tables"),
    )
    return mandate
