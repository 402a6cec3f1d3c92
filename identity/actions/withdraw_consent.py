"""Somebody takes a consent back."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import can_act_for, refuse_under_mandate
from identity.models import Consent


@transaction.atomic
def withdraw_consent(*, actor: Actor, consent_id: UUID) -> Consent:
    """From now on no register is asked for this item. What was used before stays explained."""
    refuse_under_mandate(actor)
    consent = Consent.objects.live().select_for_update().filter(pk=consent_id).first()
    if consent is None or not can_act_for(actor, consent.subject_id):
        raise Refused(
            code="identity.no_such_consent",
            message=_("There is no such consent in force."),
            next_step=_("Reload the page to see which consents you have given."),
            status=404,
        )
    consent.withdrawn_at = timezone.now()
    consent.save(update_fields=["withdrawn_at"])
    record(
        actor=actor,
        verb="consent.withdrawn",
        on=consent,
        subjects=[consent.subject_id],
        purpose=Purpose.own(),
    )
    return consent
