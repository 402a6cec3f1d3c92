"""The second supervisor an erasure needs."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.affected import takes_nothing
from audit.keeping.ordered import CONFIRMED
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from identity.access import account_at_work
from identity.selectors.accounts import accounts_of_the_same
from portal.erasures.models import ErasureOrder
from portal.erasures.needed import still_needed
from portal.erasures.selectors import get_order_before, record_order, refuse_who_is_concerned


@transaction.atomic
def confirm_erasure(*, actor: Actor, number: str) -> ErasureOrder:
    """From now on the operator may carry it out. Takes a fresh code; refused while something open
    needs the words, unless the order says that it goes before, and where it would take none."""
    refuse_stale(actor)
    order = get_order_before(actor, number, lock=True)
    if order.confirmed_at is not None or order.ended_at is not None:
        raise Refused(
            code="erasure.nothing_to_confirm",
            message=_("This order does not wait to be confirmed any more."),
            next_step=_("Go back to the list of orders."),
        )
    if order.asked_by_id in accounts_of_the_same(actor):
        raise Refused(
            code="erasure.takes_two",
            message=_("You asked for this, so you cannot confirm it."),
            next_step=_("Ask another supervisor."),
            status=403,
        )
    refuse_who_is_concerned(actor, order.erasure)
    if not order.although_needed and still_needed(order.erasure):
        raise Refused(
            code="erasure.still_needed",
            message=_("Something open still needs these words."),
            next_step=_(
                "Wait until it is decided. If the law does not let you wait, take this order back"
                " and ask anew, with the law that says so."
            ),
        )
    if takes_nothing(order.erasure):
        raise Refused(
            code="erasure.nothing_there",
            message=_("There are no words that this order would take."),
            next_step=_("Turn it down; whoever asked reads why."),
        )
    order.confirmed_by_id, order.confirmed_label = account_at_work(actor), actor.label
    order.confirmed_at = timezone.now()
    order.save(update_fields=["confirmed_by", "confirmed_label", "confirmed_at"])
    record_order(actor, CONFIRMED, order.erasure)
    return order
