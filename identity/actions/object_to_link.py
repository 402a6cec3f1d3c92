"""An officer says that a link to a citizen is wrong."""

from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor
from identity.access import account_at_work
from identity.actions.answer_link import no_such_link, note
from identity.models import OfficerLink
from identity.selectors.officer_links import ShownLink, own_link, with_numbers

OBJECTED, SEEN = "officer.link_objected", "officer.seen"


def view_own_link(actor: Actor) -> ShownLink | None:
    """Whom an officer is said to be, if anybody, with the number covered; an entry that names
    them."""
    link = own_link(account_at_work(actor))
    if link is None:
        return None
    note(actor, SEEN, link)
    return with_numbers([link])[0]


@transaction.atomic
def object_to_link(*, actor: Actor) -> None:
    """Say that one is not this citizen. It is written beside the link and told to both
    administrations, which decide; alone nobody gets rid of a link, so that nobody brings their own
    cases back that way. Twice is once."""
    rows = OfficerLink.objects.filter(account=account_at_work(actor), ended_at=None)
    link = rows.select_for_update(of=("self",)).select_related("account").first()
    if link is None:
        raise no_such_link()
    if link.objected_at is None:
        link.objected_at = timezone.now()
        link.save(update_fields=["objected_at"])
        note(actor, OBJECTED, link)
