"""From an account and its session to the one who acts."""

from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from audit.kernel.actors import Actor, Capacity
from identity.models import Account, Mandate, Organisation, Posting

ACTING_FOR = "acting_for"
POSTING = "posting"


def actor_of_citizen(
    account: Account, session: SessionBase, *, sign_in: str, request_id: str
) -> Actor:
    """The citizen, acting for themselves or for whom they chose, if they still may."""
    on_behalf_of, mandate_id = _principal(account, session.get(ACTING_FOR))
    return Actor(
        account_id=account.pk,
        label="",
        capacity=Capacity.DELEGATE if mandate_id else Capacity.CITIZEN,
        person_id=account.person_id,
        on_behalf_of=on_behalf_of,
        mandate_id=mandate_id,
        sign_in=sign_in,
        request_id=request_id,
    )


def actor_of_officer(
    account: Account, session: SessionBase, *, sign_in: str, request_id: str
) -> Actor:
    """The officer in the posting they chose; somebody without one can do nothing."""
    posting = _posting(account, session.get(POSTING))
    if posting is None:
        return Actor(
            account_id=account.pk,
            label="",
            capacity=Capacity.ANONYMOUS,
            sign_in=sign_in,
            request_id=request_id,
        )
    return Actor(
        account_id=account.pk,
        label=posting.officer_code,
        capacity=Capacity(posting.capacity),
        department_code=posting.department.code,
        region_code=posting.department.region_id,
        sign_in=sign_in,
        request_id=request_id,
    )


def mandate_for(person_id: UUID, subject_id: UUID) -> Mandate | None:
    """A mandate in force by which this person acts for that person or organisation."""
    held = Mandate.objects.in_force().filter(holder_id=person_id)
    return (
        held.filter(for_person_id=subject_id) | held.filter(for_organisation_id=subject_id)
    ).first()


def represents(person_id: UUID, organisation_id: UUID) -> bool:
    """Whether this person is the organisation's legal representative."""
    return Organisation.objects.filter(
        pk=organisation_id, legal_representative_id=person_id
    ).exists()


def _principal(account: Account, chosen: str | None) -> tuple[UUID | None, UUID | None]:
    """Asked of the database at every request: a right that ended has ended."""
    if not chosen or account.person_id is None:
        return None, None
    subject_id = UUID(chosen)
    if represents(account.person_id, subject_id):
        return subject_id, None
    mandate = mandate_for(account.person_id, subject_id)
    return (subject_id, mandate.pk) if mandate else (None, None)


def _posting(account: Account, chosen: str | None) -> Posting | None:
    postings = (
        Posting.objects.in_force()
        .filter(account=account)
        .select_related("department")
        .order_by("-is_primary", "valid_from", "officer_code")
    )
    found = list(postings)
    return next((one for one in found if str(one.pk) == chosen), found[0] if found else None)
