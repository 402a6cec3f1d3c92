"""Reading orders to erase words, and who may decide on them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.keeping.affected import entries_taken
from audit.keeping.erasing import Erasure, carried_out
from audit.keeping.ordered import CONFIRMED, DUTY, ORDER, TURNED_DOWN, purpose_of
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.selectors import details_of
from audit.trail import ObjectRef, record
from audit.waiting import NOTHING, Waiting, waiting_in
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.near import near_among
from portal.erasures.models import ErasureOrder

KIND = ORDER
ERASURE = Purpose.duty(DUTY)
NO_ORDER = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands, for lists and pages."""

    order: ErasureOrder
    is_done: bool

    @property
    def waits(self) -> bool:
        """For the second supervisor."""
        return self.order.confirmed_at is None and self.order.ended_at is None

    @property
    def is_ready(self) -> bool:
        """Confirmed, and not carried out yet."""
        order = self.order
        return order.confirmed_at is not None and order.ended_at is None and not self.is_done


def orders_before(actor: Actor) -> QuerySet[ErasureOrder]:
    """What supervisors may see and decide; never an order about themselves or somebody close."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return ErasureOrder.objects.none()
    return _of_others(actor, ErasureOrder.objects.all())


def waiting_erasures(actor: Actor) -> Waiting:
    """How many wait for this supervisor to confirm them; who is close is asked only if any do."""
    waits = ErasureOrder.objects.filter(confirmed_at=None, ended_at=None)
    of_others = waits.exclude(asked_by__in=accounts_of_the_same(actor))
    if not of_others.exists():
        return NOTHING
    return waiting_in(_of_others(actor, of_others))


def _of_others(actor: Actor, orders: QuerySet[ErasureOrder]) -> QuerySet[ErasureOrder]:
    """Without those about the reader or somebody close."""
    persons = list(orders.values_list("subject_id", flat=True).distinct())
    return orders.exclude(subject_id__in=near_among(actor.account, persons))


def get_order_before(actor: Actor, number: str, *, lock: bool = False) -> ErasureOrder:
    """One of them; unknown ones and those of one's own get the same answer."""
    rows = orders_before(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    order = rows.filter(number=number).first()
    if order is None:
        raise Refused(
            code="erasure.not_there",
            message=_("There is no such order for you to decide on."),
            next_step=_("Go back to the list of orders."),
            status=404,
        )
    return order


def standing_of(orders: list[ErasureOrder]) -> list[Standing]:
    """With whether each was carried out; one query."""
    done = carried_out([one.number for one in orders])
    return [Standing(one, one.number in done) for one in orders]


def refuse_all_but_supervisors(actor: Actor) -> None:
    if actor.capacity is not Capacity.SUPERVISOR:
        raise _refused(_("Only supervisors order that words are erased."))


def refuse_who_is_concerned(actor: Actor, erasure: Erasure) -> None:
    """Never about oneself or somebody close, and never words of one's own acts."""
    refuse_all_but_supervisors(actor)
    if near_among(actor.account, [erasure.subject]):
        raise _refused(_("Nobody orders this about themselves or somebody close to them."))
    if set(accounts_of_the_same(actor)) & set(entries_taken(erasure).values()):
        raise _refused(_("Words of your own would be among those that are erased."))


def words_against(order: ErasureOrder) -> str:
    """Why an order was turned down; empty where it was not, or the words were erased. Gated: an
    entry about the person comes first."""
    if not order.turned_down:
        return ""
    against = AuditEntry.objects.filter(
        object_kind=KIND, object_id=order.number, verb=TURNED_DOWN, at__gte=order.asked_at
    )
    said = details_of(list(against[:1]))
    return "".join(str(body.get("words", "")) for body in said.values())


def record_order(actor: Actor, verb: str, erasure: Erasure, **more: Any) -> None:
    """One entry about the person; from here on what is gated about that person can be read. That
    of a confirmation says for what, so that a check can hold the erasure against it."""
    record(
        actor=actor,
        verb=verb,
        on=ObjectRef(KIND, erasure.number),
        subjects=[erasure.subject],
        purpose=purpose_of(erasure) if verb == CONFIRMED else ERASURE,
        **more,
    )


def _refused(message: Promise) -> Refused:
    return Refused(
        code="erasure.not_by_you",
        message=message,
        next_step=_("Ask another supervisor."),
        status=403,
    )
