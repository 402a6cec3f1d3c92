"""A supervisor asks that some looks be shown to the person later."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from audit.about import page_about
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.kernel.ids import random_code
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from identity.access import account_at_work
from identity.models import DisclosureHold, HoldReason, Posting
from identity.selectors.held_back import looks_of
from identity.selectors.holds import ASKED, KIND, concerned_by
from identity.selectors.near import accounts_around, near_among

HOLDS = Purpose.duty("hold")
NUMBER_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """Whose looks, which ones, on what ground, for how many days from the confirmation.

    The looks it names end with the days asked for, counted from today: secrecy of looks further
    off has to be asked for with reasons of that day.
    """

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
    refuse_all_but_supervisors(actor)
    _refuse_who_is_close(actor, wanted)
    if renews is None:
        _refuse_looks_too_far(wanted)
    refuse_stale(actor)
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
    record_hold(actor, ASKED, hold)
    hold.save(force_insert=True)
    HoldReason.objects.create(hold=hold, subject_id=hold.subject_id, words=wanted.words.strip())
    return hold


def last_day_of_looks(days: int) -> date:
    """The last day of looks a hold for so many days can name, if it is asked for today."""
    return timezone.localdate() + timedelta(days=days)


def record_hold(actor: Actor, verb: str, hold: DisclosureHold, **more: Any) -> None:
    """One entry about the person; the hold itself keeps it back while it lasts."""
    record(
        actor=actor,
        verb=verb,
        on=ObjectRef(KIND, hold.reference),
        subjects=[hold.subject_id],
        purpose=HOLDS,
        **more,
    )


def refuse_all_but_supervisors(actor: Actor) -> None:
    if actor.capacity is not Capacity.SUPERVISOR:
        raise _not_yours()


def _refuse_who_is_close(actor: Actor, wanted: HoldRequest) -> None:
    """Nobody decides what is told to themselves, their family or their household."""
    concerned = concerned_by(wanted.subject_id, wanted.scope, wanted.scope_code)
    if near_among(actor.account, concerned):
        raise _not_yours()


def _not_yours() -> Refused:
    return Refused(
        code="hold.not_yours",
        message=_(
            "Only supervisors hold looks back, and never those at data of their own or of somebody"
            " close to them."
        ),
        next_step=_("Ask another supervisor."),
        status=403,
    )


def _refuse_looks_too_far(wanted: HoldRequest) -> None:
    last = last_day_of_looks(wanted.days)
    if wanted.looks_to > last:
        raise Refused(
            code="hold.looks_too_far",
            message=_("The looks a hold names end when the hold does."),
            next_step=_("Choose %(day)s or an earlier last day.")
            % {"day": date_format(last, "SHORT_DATE_FORMAT")},
            status=422,
        )


def refuse_own_looks(actor: Actor, hold: DisclosureHold) -> None:
    """Whoever looked, or is close to an officer who did, does not decide that it is shown later.
    What they look at from now on a hold of theirs does not keep back (`held_back`)."""
    around = accounts_around([actor.account])
    looks = AuditEntry.objects.filter(looks_of(hold), actor__in=around)
    concerned = concerned_by(hold.subject_id, hold.scope, hold.scope_code)
    if hold.officer in around or page_about(concerned, looks, size=1).rows:
        raise Refused(
            code="hold.own_looks",
            message=_("This would hold back looks of your own, or of somebody close to you."),
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
