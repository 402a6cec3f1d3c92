"""An order to erase is taken back; one is enough for that."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import carried_out
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from portal.erasures.models import ErasureOrder
from portal.erasures.selectors import get_order_before, record_order


@transaction.atomic
def end_erasure(*, actor: Actor, number: str) -> ErasureOrder:
    """It can be carried out no more. Refused once it was."""
    order = get_order_before(actor, number, lock=True)
    if order.ended_at is not None or carried_out([order.number]):
        raise Refused(
            code="erasure.has_ended",
            message=_("This order was carried out or taken back already."),
            next_step=_("Go back to the list of orders."),
        )
    order.ended_at, order.ended_label = timezone.now(), actor.label
    order.save(update_fields=["ended_at", "ended_label"])
    record_order(actor, "erasure.ended", order.erasure)
    return order
