"""No register is asked without the consent of whom it is about."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.kernel.errors import Refused
from identity.models import Consent


def live_consent(subject_id: UUID, item_code: str) -> Consent | None:
    """The consent in force for this item, if there is one."""
    return Consent.objects.live().filter(subject_id=subject_id, item_code=item_code).first()


def require_consent(subject_id: UUID, item_code: str, record_types: Collection[str]) -> None:
    """Refuse unless the consent in force covers every one of these record types."""
    if not record_types:
        return
    consent = live_consent(subject_id, item_code)
    if consent is None or not set(record_types) <= set(consent.record_types):
        raise Refused(
            code="identity.consent_needed",
            message=_("We have not been allowed to look this up in the registers."),
            next_step=_("Allow it on the first page of the form, or fill in everything yourself."),
        )
