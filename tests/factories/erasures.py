"""Orders to erase words, as two supervisors leave them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.keeping.erasing import Erasure, Ground
from audit.keeping.ordered import ASKED, CONFIRMED
from identity.models import Posting
from portal.erasures.models import ErasureOrder, ErasureReason
from portal.erasures.selectors import record_order
from tests.conftest import close_gate
from tests.factories.identity import make_posting, officer_actor


def make_order(subject: UUID, asked: Posting, **fields: Any) -> ErasureOrder:
    """One that was asked for and waits. It takes what is written today as well, as if it were
    older: the trail does not let anybody write into the past."""
    known = {
        "number": f"TE-2026-AAAA-{ErasureOrder.objects.count():04}",
        "before": timezone.localdate() + timedelta(days=1),
        "ground": Ground.WITHDRAWN,
        "with_others": False,
        "although_needed": False,
        "asked_by_id": asked.account_id,
        "asked_label": asked.officer_code,
    }
    order = ErasureOrder.objects.create(subject_id=subject, **known | fields)
    record_order(officer_actor(asked), "erasure.asked", order.erasure)
    ErasureReason.objects.create(order=order, subject_id=subject, words="本人来函：测2026-1号")
    close_gate()
    return order


def order_in_trail(erasure: Erasure) -> None:
    """The two entries of its order, as two supervisors leave them."""
    for verb in (ASKED, CONFIRMED):
        actor = officer_actor(make_posting(capacity="supervisor"))
        with transaction.atomic():
            record_order(actor, verb, erasure)
            close_gate()


def make_confirmed(subject: UUID, two: tuple[Posting, Posting], **fields: Any) -> ErasureOrder:
    """One that another supervisor has confirmed."""
    order = make_order(subject, two[0], **fields)
    order.confirmed_by_id, order.confirmed_label = two[1].account_id, two[1].officer_code
    order.confirmed_at = timezone.now()
    order.save(update_fields=["confirmed_by", "confirmed_label", "confirmed_at"])
    record_order(officer_actor(two[1]), "erasure.confirmed", order.erasure)
    close_gate()
    return order
