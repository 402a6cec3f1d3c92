"""A supervisor asks that some looks be shown to the person later."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.about import page_about
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.kernel.ids import random_code
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from identity.access import account_at_work, own_affairs_of
from identity.models import DisclosureHold, HoldReason, Posting
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.holds import KIND, looks_of

HOLDS = Purpose.duty("hold")
NUMBER_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """Whose looks, which ones, on what ground, for how many days from the confirmation."""

    subject_id: UUID
    scope: DisclosureHold.Scope
    scope_code: str
    looks_from: date
    looks_to: date
    ground: DisclosureHold.Ground
    days: int
    words: str


@transaction.atomic
def ask_hold(
    *, actor: Actor, wanted: HoldRequest, renews: DisclosureHold | None = None
) -> DisclosureHold:
    """It holds nothing back before another supervisor has confirmed it."""
    refuse_who_is_concerned(actor, wanted.subject_id)
    hold = DisclosureHold(
        reference=random_code(NUMBER_LENGTH),
        subject_id=wanted.subject_id,
        scope=wanted.scope,
        scope_code=wanted.scope_code,
        officer=_officer(wanted),
        looks_from=wanted.looks_from,
        looks_to=wanted.looks_to,
        ground=wanted.ground,
        days=wanted.days,
        renews=renews,
        asked_by_id=account_at_work(actor),
        asked_label=actor.label,
    )
    refuse_own_looks(actor, hold)
    record_hold(actor, "hold.asked", hold)
    hold.save(force_insert=True)
    HoldReason.objects.create(hold=hold, subject_id=hold.subject_id, words=wanted.words.strip())
    return hold


def record_hold(actor: Actor, verb: str, hold: DisclosureHold) -> None:
    """One entry about the person; the hold itself keeps it back while it lasts."""
    record(
        actor=actor,
        verb=verb,
        on=ObjectRef(KIND, hold.reference),
        subjects=[hold.subject_id],
        purpose=HOLDS,
    )


def refuse_who_is_concerned(actor: Actor, subject_id: UUID) -> None:
    """Only supervisors, and never about themselves."""
    if actor.capacity is Capacity.SUPERVISOR and subject_id not in own_affairs_of(actor.account_id):
        return
    raise Refused(
        code="hold.not_yours",
        message=_("Only supervisors hold looks back, and never those at their own data."),
        next_step=_("Ask another supervisor."),
        status=403,
    )


def refuse_own_looks(actor: Actor, hold: DisclosureHold) -> None:
    """Whoever looked does not decide that it is shown later."""
    own = accounts_of_the_same(actor)
    mine = AuditEntry.objects.filter(looks_of(hold), actor__in=own)
    if hold.officer in own or page_about([hold.subject_id], mine, size=1).rows:
        raise Refused(
            code="hold.own_looks",
            message=_("This would hold back looks of your own."),
            next_step=_("Ask another supervisor."),
            status=403,
        )


def _officer(wanted: HoldRequest) -> UUID | None:
    """The account behind an officer's code, so that the database can keep it out."""
    if wanted.scope != DisclosureHold.Scope.OFFICER:
        return None
    posting = Posting.objects.filter(officer_code=wanted.scope_code).first()
    if posting is None:
        raise Refused(
            code="hold.unknown_officer",
            message=_("Nobody has this officer code."),
            next_step=_("Check the code; it is written in the trail."),
            status=422,
        )
    return posting.account_id
