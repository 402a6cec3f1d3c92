"""Taking back a link from an officer to a citizen: system administration asks, security agrees."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity
from audit.kernel.fresh import refuse_stale
from identity.access import account_at_work
from identity.actions.answer_link import no_such_link, note, open_link, refuse_who_is_in_it
from identity.actions.link_officer import refuse_all_but
from identity.models import Account, OfficerLink

END_ASKED, END_REFUSED = "officer.unlink_asked", "officer.unlink_refused"
UNLINKED = "officer.unlinked"
ASKED_COLUMNS = ["end_asked_by", "end_asked_at", "end_refused_by", "end_refused_at"]


@transaction.atomic
def ask_end_of_link(*, actor: Actor, link_id: UUID) -> OfficerLink:
    """A link in force is wrong; it holds until security administration agrees. Needs a fresh code
    of the app, since the officer could then see cases that were kept away."""
    refuse_all_but(actor, Capacity.SYSADMIN)
    refuse_stale(actor)
    link = open_link(link_id)
    refuse_who_is_in_it(actor, link)
    if link.confirmed_at is None or link.end_asked_at is not None:
        raise no_such_link()
    link.end_asked_by_id, link.end_asked_at = account_at_work(actor), timezone.now()
    link.end_refused_by = link.end_refused_at = None
    link.save(update_fields=ASKED_COLUMNS)
    note(actor, END_ASKED, link)
    return link


@transaction.atomic
def answer_end_of_link(*, actor: Actor, link_id: UUID, agreed: bool) -> OfficerLink:
    """Agree: from now on the account is nobody as a citizen, and can be linked anew. Or turn it
    down: then the link holds on. Never whoever asked, nor the officer. Needs a fresh code."""
    refuse_all_but(actor, Capacity.SECADMIN)
    refuse_stale(actor)
    link = open_link(link_id)
    refuse_who_is_in_it(actor, link, link.end_asked_by_id)
    if link.end_asked_at is None:
        raise no_such_link()
    if agreed:
        link.ended_by_id, link.ended_at = account_at_work(actor), timezone.now()
        Account.objects.filter(pk=link.account_id).update(private_person=None)
    else:
        link.end_asked_by = link.end_asked_at = None
        link.end_refused_by_id, link.end_refused_at = account_at_work(actor), timezone.now()
    link.save(update_fields=[*ASKED_COLUMNS, "ended_by", "ended_at"])
    note(actor, UNLINKED if agreed else END_REFUSED, link)
    return link
