"""For whom somebody may act: one function per question."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.models import Account, Mandate, Organisation
from identity.selectors.actor import mandate_for, represents


def account_at_work(actor: Actor) -> UUID:
    """The account that acts; pages and actions that get here let nobody in without one."""
    if actor.account_id is None:
        raise RuntimeError("this needs somebody who signed in")
    return actor.account_id


def subjects_of(actor: Actor) -> list[UUID]:
    """Whose own affairs these are: the person, and the organisations led by that person."""
    return affairs_of(actor.person_id)


def own_subjects(actor: Actor) -> list[UUID]:
    """Whose whole data somebody may open and speak for: whom one acts for, else oneself and one's
    firms. Under a mandate it is refused.
    """
    refuse_under_mandate(actor)
    return [actor.on_behalf_of] if actor.on_behalf_of else subjects_of(actor)


def refuse_under_mandate(actor: Actor) -> None:
    """A mandate is for named items and opens nobody's data as a whole."""
    if actor.mandate_id is not None:
        raise Refused(
            code="identity.outside_the_mandate",
            message=_("Your mandate is for named services; this page is not part of them."),
            next_step=_(
                "In your space you find the cases it covers, and the way back to yourself."
            ),
            status=403,
        )


def own_affairs_of(account_id: UUID | None) -> list[UUID]:
    """Whose cases an officer keeps away from: one's own, and the organisations one leads."""
    if account_id is None:
        return []
    account = Account.objects.filter(pk=account_id)
    return affairs_of(account.values_list("private_person", flat=True).first())


def own_affairs(actor: Actor) -> Q:
    """The same as a condition on rows with a `subject_id`, for lists that leave them out."""
    officer = Account.objects.filter(pk=actor.account, private_person__isnull=False)
    firms = Organisation.objects.filter(legal_representative__in=officer.values("private_person"))
    return Q(subject_id__in=officer.values("private_person")) | Q(subject_id__in=firms.values("pk"))


def can_act_for(actor: Actor, subject_id: UUID) -> bool:
    """Oneself, an organisation one represents, or the person under whose mandate one acts now.

    A mandate that is not being used opens nothing: acting for somebody is chosen first, so that
    the trail can say under which mandate.
    """
    if actor.person_id is None:
        return False
    if subject_id == actor.person_id or represents(actor.person_id, subject_id):
        return True
    return subject_id == actor.on_behalf_of and can_take_on(actor, subject_id)


def can_take_on(actor: Actor, subject_id: UUID) -> bool:
    """Whether the actor may begin to act for this person or organisation."""
    if actor.person_id is None:
        return False
    return (
        subject_id == actor.person_id
        or represents(actor.person_id, subject_id)
        or mandate_for(actor.person_id, subject_id) is not None
    )


def can_act_on_item(actor: Actor, item_code: str, verb: str) -> bool:
    """Whether the mandate under which somebody acts covers this item and this act."""
    items = items_open_to(actor, verb)
    return items is None or item_code in items


def items_open_to(actor: Actor, verb: str) -> list[str] | None:
    """The items for which somebody may do this under the mandate in use; None: all there are."""
    if actor.mandate_id is None:
        return None
    mandate = Mandate.objects.in_force().filter(pk=actor.mandate_id).first()
    return mandate.item_codes if mandate is not None and verb in mandate.verbs else []


def get_actable(actor: Actor, subject_id: UUID) -> UUID:
    """The subject if this actor may act for it now; "not there" and "not yours" are one answer."""
    return _allowed(subject_id, may=can_act_for(actor, subject_id))


def get_principal(actor: Actor, subject_id: UUID) -> UUID:
    """The subject if this actor may begin to act for it; one answer for all others."""
    return _allowed(subject_id, may=can_take_on(actor, subject_id))


def _allowed(subject_id: UUID, *, may: bool) -> UUID:
    if not may:
        raise Refused(
            code="identity.not_yours_to_act_for",
            message=_("You cannot act for this person or organisation."),
            next_step=_("Ask them to give you a mandate, or choose somebody else."),
            status=404,
        )
    return subject_id


def affairs_of(person_id: UUID | None) -> list[UUID]:
    """The person, and the organisations led by that person."""
    if person_id is None:
        return []
    organisations = Organisation.objects.filter(legal_representative_id=person_id)
    return [person_id, *organisations.order_by("name").values_list("pk", flat=True)]
