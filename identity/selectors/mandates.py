"""Which mandates somebody has given."""

from uuid import UUID

from django.db.models import Q, QuerySet

from identity.models import Mandate


def given_by(person_id: UUID | None) -> QuerySet[Mandate]:
    """Given for oneself, or for an organisation one leads; ended ones too."""
    if person_id is None:
        return Mandate.objects.none()
    return Mandate.objects.filter(
        Q(for_person_id=person_id) | Q(for_organisation__legal_representative_id=person_id)
    )
