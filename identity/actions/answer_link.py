"""The second person a link from an officer to a citizen needs."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import record
from identity.access import account_at_work
from identity.actions.link_officer import LINKS, refuse_all_but
from identity.models import Account, OfficerLink
from identity.selectors.accounts import accounts_of_the_same

CONFIRMED, TURNED_DOWN = "officer.link_confirmed", "officer.link_turned_down"


@transaction.atomic
def confirm_link(*, actor: Actor, link_id: UUID) -> OfficerLink:
    """From now on no case of this person reaches the officer, and the accounts count as one.
    Confirming it again changes nothing.

    Security administration does it; never who entered it, whom it concerns, or another account of
    one of these. Needs a fresh code of the app, since it also decides whose accounts count as one.
    """
    refuse_all_but(actor, Capacity.SECADMIN)
    refuse_stale(actor)
    link = open_link(link_id)
    refuse_who_is_in_it(actor, link, link.entered_by_id)
    if link.confirmed_at is None:
        link.confirmed_by_id, link.confirmed_at = account_at_work(actor), timezone.now()
        link.save(update_fields=["confirmed_by", "confirmed_at"])
        Account.objects.filter(pk=link.account_id).update(private_person=link.person_id)
        note(actor, CONFIRMED, link)
    return link


@transaction.atomic
def turn_link_down(*, actor: Actor, link_id: UUID) -> OfficerLink:
    """Nothing comes of a link that waits. Either administration does it alone, since it gave
    nothing yet; never the officer, who objects instead."""
    refuse_all_but(actor, Capacity.SECADMIN, Capacity.SYSADMIN)
    link = open_link(link_id)
    refuse_who_is_in_it(actor, link)
    if link.confirmed_at is not None:
        raise no_such_link()
    link.ended_by_id, link.ended_at = account_at_work(actor), timezone.now()
    link.save(update_fields=["ended_by", "ended_at"])
    note(actor, TURNED_DOWN, link)
    return link


def open_link(link_id: UUID) -> OfficerLink:
    """A link that waits or holds, locked until the end of the transaction."""
    rows = OfficerLink.objects.filter(ended_at=None).select_for_update(of=("self",))
    link = rows.select_related("account").filter(pk=link_id).first()
    if link is None:
        raise no_such_link()
    return link


def no_such_link() -> Refused:
    """Said of a link somebody else has answered by now as well."""
    return Refused(
        code="identity.no_such_link",
        message=_("There is no such link for you to answer."),
        next_step=_("Reload the list: somebody may have answered it already."),
        status=404,
    )


def refuse_who_is_in_it(actor: Actor, link: OfficerLink, *others: UUID | None) -> None:
    """Not the officer, the citizen, or one of these others, under whatever account."""
    people = Q(person=link.person_id) | Q(private_person=link.person_id)
    involved = people | Q(pk__in=[one for one in (link.account_id, *others) if one])
    if Account.objects.filter(involved, pk__in=accounts_of_the_same(actor)).exists():
        raise Refused(
            code="identity.link_by_another",
            message=_("This link is about you, or you had a hand in it already."),
            next_step=_("Ask another administrator."),
            status=403,
        )


def note(actor: Actor, verb: str, link: OfficerLink) -> None:
    """One entry on the officer's account that names the citizen."""
    record(actor=actor, verb=verb, on=link.account, subjects=[link.person_id], purpose=LINKS)
