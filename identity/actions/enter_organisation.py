"""Entering an organisation as the public register has it."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from identity.models import Organisation

ENTERED = "organisation.entered"


@transaction.atomic
def enter_organisation(*, actor: Actor, organisation: Organisation) -> Organisation:
    """From now on its legal representative acts for it, and finds the entry among the looks.

    The database takes none without, and who leads it stands: another representative would have
    everything that lies under the organisation.
    """
    organisation.save(force_insert=True)
    leader = organisation.legal_representative_id
    record(
        actor=actor,
        verb=ENTERED,
        on=organisation,
        subjects=[one for one in (organisation.pk, leader) if one],
        purpose=Purpose.duty("tables"),
    )
    return organisation
