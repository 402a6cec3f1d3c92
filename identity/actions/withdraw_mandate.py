"""Whoever gave a mandate takes it back."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.models import Mandate
from identity.selectors.mandates import given_by


@transaction.atomic
def withdraw_mandate(*, actor: Actor, mandate_id: UUID) -> Mandate:
    """From now on nobody acts under it; what was done before stays explained.

    Both see it in their own space: who gave it, and who held it.
    """
    mandate = get_given(actor, mandate_id, lock=True)
    mandate.revoked_at = timezone.now()
    mandate.save(update_fields=["revoked_at"])
    giver = mandate.for_person_id or mandate.for_organisation_id
    record(
        actor=actor,
        verb="mandate.withdrawn",
        on=mandate,
        subjects=[one for one in (giver, mandate.holder_id) if one is not None],
        purpose=Purpose.own(),
    )
    return mandate


def get_given(actor: Actor, mandate_id: UUID, *, lock: bool = False) -> Mandate:
    """A mandate in force that this person gave; one answer for all others.

    Somebody who acts for the giver now cannot end it: it is the giver's own affair.
    """
    rows = given_by(actor.person_id).select_related("holder")
    if lock:
        rows = rows.select_for_update(of=("self",))
    mandate = None
    if actor.on_behalf_of is None:
        today = timezone.localdate()
        rows = rows.filter(revoked_at=None, valid_to__gte=today)
        mandate = rows.filter(pk=mandate_id).first()
    if mandate is None:
        raise Refused(
            code="identity.no_such_mandate",
            message=_("You have given no such mandate, or it has ended."),
            next_step=_("Reload the page to see which mandates are in force."),
            status=404,
        )
    return mandate
