"""A supervisor asks that words of the trail about somebody be erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import Ground
from audit.keeping.ordered import ASKED
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.kernel.ids import random_code
from audit.trail import ObjectRef, record
from identity.access import account_at_work
from identity.quota import PERSONS, Used, take_one, used_by
from portal.desk.directory import subject_of_number
from portal.erasures.models import ErasureOrder, ErasureReason
from portal.erasures.selectors import (
    ERASURE,
    KIND,
    NO_ORDER,
    record_order,
    refuse_all_but_supervisors,
    refuse_who_is_concerned,
)

CODE_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRequest:
    """Whose words, from before which day, on what ground, and what is said to be meant as well."""

    subject_id: UUID
    before: date
    ground: Ground
    with_others: bool
    although_needed: bool
    words: str


def tries_left(actor: Actor) -> int:
    """How often this supervisor can still ask today."""
    return used_by(actor, ASKED, ERASURE.kind).get(ERASURE.code, Used()).left_of(PERSONS)


@transaction.atomic
def ask_erasure_by_number(
    *, actor: Actor, number: str, request_for: Callable[[UUID], ErasureRequest]
) -> ErasureOrder | None:
    """The order that was asked for; None where nobody has the number, or it is not for this
    supervisor to decide: no try tells more, so that none is a look-up without a reason.

    Each try is written down and counts. Refused with `desk.quota_used_up` like look-ups, five a day
    and fifteen a week.
    """
    refuse_all_but_supervisors(actor)
    refuse_stale(actor)
    take_one(actor, ASKED, ERASURE.code, PERSONS, ERASURE.kind)
    subject = subject_of_number(number)
    if subject is not None:
        try:
            return ask_erasure(actor=actor, wanted=request_for(subject))
        except Refused as refusal:
            if refusal.code != "erasure.not_by_you":
                raise
    record(
        actor=actor,
        verb=ASKED,
        on=ObjectRef(KIND, NO_ORDER),
        subjects=[subject] if subject else [],
        purpose=ERASURE,
        outcome="refused",
    )
    return None


@transaction.atomic
def ask_erasure(*, actor: Actor, wanted: ErasureRequest) -> ErasureOrder:
    """Nothing is erased before another supervisor has confirmed it and the operator has done it.

    Takes a fresh code. Refused (422) for a day that has not come: what will be said until then,
    nobody knows.
    """
    refuse_stale(actor)
    if wanted.before > timezone.localdate():
        raise Refused(
            code="erasure.of_the_future",
            message=_("Only words of before today can be erased."),
            next_step=_("Choose today or a day before."),
            status=422,
        )
    order = ErasureOrder(
        number=_new_number(timezone.localdate().year),
        subject_id=wanted.subject_id,
        before=wanted.before,
        ground=wanted.ground,
        with_others=wanted.with_others,
        although_needed=wanted.although_needed,
        asked_by_id=account_at_work(actor),
        asked_label=actor.label,
    )
    refuse_who_is_concerned(actor, order.erasure)
    record_order(actor, ASKED, order.erasure)
    order.save(force_insert=True)
    ErasureReason.objects.create(
        order=order, subject_id=order.subject_id, words=wanted.words.strip()
    )
    return order


def _new_number(year: int) -> str:
    """A number such as TE-2026-7Q4K-2M9D, with a check character."""
    code = random_code(CODE_LENGTH)
    return f"TE-{year}-{code[:4]}-{code[4:]}"
