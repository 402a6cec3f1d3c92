"""Somebody allows us to ask registers for one item."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from identity.access import account_at_work, can_act_on_item, get_actable
from identity.models import Consent


@transaction.atomic
def give_consent(
    *, actor: Actor, subject_id: UUID, item_code: str, record_types: Collection[str]
) -> Consent:
    """Allow the registers of these types to be asked for this item; adds to an earlier consent."""
    get_actable(actor, subject_id)
    if not can_act_on_item(actor, item_code, "submit"):
        raise Refused(
            code="identity.outside_the_mandate",
            message=_("Your mandate does not cover this service."),
            next_step=_("Ask the one you act for to widen it, or act for yourself again."),
            status=403,
        )
    live = Consent.objects.live().select_for_update()
    consent = live.filter(subject_id=subject_id, item_code=item_code).first()
    wanted = set(record_types)
    if consent is not None and wanted <= set(consent.record_types):
        return consent
    if consent is None:
        consent = Consent(
            subject_id=subject_id, item_code=item_code, account_id=account_at_work(actor)
        )
    consent.record_types = sorted(wanted | set(consent.record_types or []))
    if consent._state.adding:
        consent.save(force_insert=True)
    else:
        consent.save(update_fields=["record_types"])
    record(
        actor=actor,
        verb="consent.given",
        on=consent,
        subjects=[subject_id],
        purpose=Purpose.own(),
        detail={"item": item_code, "record_types": consent.record_types},
    )
    return consent
