"""An order to erase ends: who asked takes it back, or the second supervisor says no; once it is
confirmed, any supervisor can still stop it."""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import carried_out
from audit.keeping.ordered import ENDED, TURNED_DOWN
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.selectors.accounts import accounts_of_the_same
from portal.erasures.models import ErasureOrder
from portal.erasures.selectors import (
    get_order_before,
    record_order,
    refuse_who_is_concerned,
)


@transaction.atomic
def end_erasure(*, actor: Actor, number: str) -> ErasureOrder:
    """It can be carried out no more; one is enough for that. Refused once it was carried out, and
    for an order of somebody else that waits: whoever does not want that one says why."""
    order = get_order_before(actor, number, lock=True)
    if order.ended_at is not None or carried_out([order.number]):
        raise _refused(
            "erasure.has_ended", _("This order was carried out, turned down or taken back already.")
        )
    if order.confirmed_at is None and not _is_own(actor, order):
        raise _refused("erasure.say_why", _("Whoever turns an order down says why."))
    _end(actor, order)
    record_order(actor, ENDED, order.erasure)
    return order


@transaction.atomic
def turn_erasure_down(*, actor: Actor, number: str, words: str) -> ErasureOrder:
    """The second supervisor says no, and why; who asked reads the words. They are kept in the
    detail of the entry, behind the gate, and can be erased by law."""
    order = get_order_before(actor, number, lock=True)
    if order.ended_at is not None or order.confirmed_at is not None or _is_own(actor, order):
        raise _refused("erasure.not_to_turn_down", _("This order does not wait for your answer."))
    if not words.strip():
        raise _refused("erasure.say_why", _("Whoever turns an order down says why."))
    refuse_who_is_concerned(actor, order.erasure)
    order.turned_down = True
    _end(actor, order)
    record_order(actor, TURNED_DOWN, order.erasure, detail={"words": words.strip()})
    return order


def _end(actor: Actor, order: ErasureOrder) -> None:
    order.ended_at, order.ended_label = timezone.now(), actor.label
    order.save(update_fields=["ended_at", "ended_label", "turned_down"])


def _is_own(actor: Actor, order: ErasureOrder) -> bool:
    return order.asked_by_id in accounts_of_the_same(actor)


def _refused(code: str, message: Promise) -> Refused:
    return Refused(code=code, message=message, next_step=_("Go back to the list of orders."))
