"""Every look without a case is reviewed by somebody else: made with the look, judged once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from audit.keeping.erased import Erased, words_erased
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.clock import to_be_judged_by
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.kernel.ids import random_code
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.selectors import details_of
from audit.trail import record
from audit.waiting import Waiting, waiting_in
from catalog.selectors.calendar import work_calendar
from identity.sealed.text import open_text, seal_text
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.kept_in_the_room import looks_against
from identity.selectors.near import are_related, near_among
from portal.desk.models import LookupReview
from portal.desk.seen_words import what_was_opened

DAYS = 5  # working days
NUMBER_LENGTH = 10
WORDS_PLACE = "audit_detail.body:words"
REVIEWING = Purpose.duty("lookup_review")
VIEWED = "lookup_review.viewed"
VERDICTS: dict[str, str] = {
    LookupReview.State.FINE: "lookup_review.found_in_order",
    LookupReview.State.NOT_FINE: "lookup_review.found_not_in_order",
}


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """One review with what the trail keeps of the look: whom it was about, the words typed, and
    what it opened (`Field`, `Part`)."""

    review: LookupReview
    look: AuditEntry
    subjects: tuple[UUID, ...]
    words: str
    opened: tuple[str, ...]
    verdict_words: str
    erased: Erased | None


def words_of_look(why: str, **more: Any) -> dict[str, Any]:
    """The detail of a look's entry: why, in the officer's words, sealed because some looks lead to
    nobody and their detail has no person to be kept behind."""
    return {"words": seal_text(why, WORDS_PLACE), **more}


def ask_for_review(
    entry_id: int, *, actor: Actor, kind: LookupReview.Kind, reason: str
) -> LookupReview:
    """Put a look that was just recorded before the supervisors, with five working days for them."""
    written = AuditEntry.objects.filter(pk=entry_id, at__gte=TransactionNow())
    at, outcome = written.values_list("at", "outcome").get()
    return LookupReview.objects.create(
        reference=random_code(NUMBER_LENGTH),
        entry_id=entry_id,
        at=at,
        kind=kind,
        reason=reason,
        was_refused=outcome != "done",
        officer_id=actor.account,
        officer_label=actor.label,
        department=actor.department_code,
        due_on=to_be_judged_by(timezone.localdate(), DAYS, work_calendar()),
    )


def reviews_for(actor: Actor, *, is_open: bool) -> QuerySet[LookupReview]:
    """What waits to be judged, or what was, without own looks. Order and pages are the caller's."""
    _refuse_others(actor)
    others = _there_for(actor).exclude(officer__in=accounts_of_the_same(actor))
    if is_open:
        return others.filter(state=LookupReview.State.OPEN)
    return others.exclude(state=LookupReview.State.OPEN)


def waiting_reviews(actor: Actor) -> Waiting:
    """How many wait for this supervisor, and how many are past their day; one query while none
    does."""
    if not LookupReview.objects.filter(state=LookupReview.State.OPEN).exists():
        return Waiting(0, 0)
    late = Q(due_on__lt=timezone.localdate())
    return waiting_in(reviews_for(actor, is_open=True), late=late)


def reviews_of(entry_ids: Collection[int]) -> Mapping[int, LookupReview]:
    """The reviews of these entries of the trail, by entry; for pages that show the entries."""
    rows = LookupReview.objects.filter(entry_id__in=entry_ids)
    return {review.entry_id: review for review in rows}


@transaction.atomic
def open_review(*, actor: Actor, reference: str) -> ReviewFile:
    """Read one look: whom it was about and why. Reading it is recorded and shown to that person."""
    review = _get(actor, reference)
    subjects = _subjects_of(review)
    record(actor=actor, verb=VIEWED, on=review, subjects=subjects, purpose=REVIEWING)
    look = AuditEntry.objects.get(pk=review.entry_id, at=review.at)
    kept = _kept(look.pk, look.at)
    return ReviewFile(
        review=review,
        look=look,
        subjects=subjects,
        words=_opened(kept),
        opened=what_was_opened(kept),
        verdict_words=_verdict_words(review, subjects),
        erased=words_erased([look]).get(look.pk),
    )


@transaction.atomic
def judge_look(
    *, actor: Actor, reference: str, state: LookupReview.State, words: str
) -> LookupReview:
    """In order or not, once, by somebody else, with a fresh code. The person concerned sees
    which."""
    review = _get(actor, reference, lock=True)
    refuse_stale(actor)
    if review.state != LookupReview.State.OPEN:
        raise Refused(
            code="desk.look_was_judged",
            message=_("This look has been judged already."),
            next_step=_("Its page shows by whom and how."),
        )
    record(
        actor=actor,
        verb=VERDICTS[state],
        on=review,
        subjects=_subjects_of(review),
        purpose=REVIEWING,
        detail=words_of_look(words) if words else None,
    )
    review.state = state
    review.reviewed_by_id = actor.account
    review.reviewed_label = actor.label
    review.reviewed_at = timezone.now()
    review.save(update_fields=["state", "reviewed_by", "reviewed_label", "reviewed_at"])
    return review


def is_for(actor: Actor, reference: str) -> bool:
    """Whether there is such a review and this supervisor may see it; which of the two fails, it
    does not tell."""
    try:
        _get(actor, reference)
    except Refused:
        return False
    return True


def _get(actor: Actor, reference: str, *, lock: bool = False) -> LookupReview:
    """The review, if this supervisor may see it: neither the officer who looked nor the person
    looked at is the supervisor, under whatever account, or somebody close."""
    _refuse_others(actor)
    rows = _there_for(actor)
    review = (rows.select_for_update() if lock else rows).filter(reference=reference).first()
    if review is None:
        raise _refused(_("There is no such review."), 404)
    is_near = near_among(actor.account, _aimed_at(review))
    if is_near or are_related(actor.account, review.officer_id):
        raise _refused(
            _("This look concerns yourself or somebody close to you, so somebody else reviews it."),
            403,
        )
    return review


def _there_for(actor: Actor) -> QuerySet[LookupReview]:
    """All but those of looks that a hold keeps from this human being or from somebody close: with
    the review the back office would tell what it keeps."""
    kept = looks_against(actor)
    if not kept:
        return LookupReview.objects.all()
    return LookupReview.objects.exclude(entry_id__in=AuditEntry.objects.filter(kept).values("pk"))


def _aimed_at(review: LookupReview) -> Collection[UUID]:
    """Whom the look was aimed at, also one that was refused: of a case its parties alone. Who else
    is named in it is what the applicant wrote, who could name every supervisor and leave nobody to
    judge. A number no case has is nobody's."""
    subjects = _subjects_of(review)
    if review.kind != LookupReview.Kind.CASE or not subjects:
        return subjects
    entry = AuditEntry.objects.get(pk=review.entry_id, at=review.at)
    return Application.objects.get(pk=entry.object_id).subjects


def _subjects_of(review: LookupReview) -> tuple[UUID, ...]:
    rows = AuditSubject.objects.filter(entry_id=review.entry_id, at=review.at)
    return tuple(rows.order_by("subject").values_list("subject", flat=True))


def words_written(looks: Collection[AuditEntry]) -> dict[int, str]:
    """By entry, what officers typed for these looks, after it was recorded that it is read; erased
    words leave nothing."""
    return {entry.pk: _opened(body) for entry, body in details_of(looks).items()}


def _kept(entry_id: int, at: datetime) -> Mapping[str, Any]:
    """What an entry keeps apart; nothing where a law took it away."""
    details = AuditDetail.objects.filter(entry_id=entry_id, at=at)
    return details.values_list("body", flat=True).first() or {}


def _opened(body: Mapping[str, Any]) -> str:
    return open_text(body["words"], WORDS_PLACE) if "words" in body else ""


def _verdict_words(review: LookupReview, subjects: tuple[UUID, ...]) -> str:
    if review.state == LookupReview.State.OPEN:
        return ""
    verdicts = AuditEntry.objects.filter(
        object_kind=review._meta.label_lower,
        object_id=str(review.pk),
        verb__in=VERDICTS.values(),
        at__gte=review.at,
    )
    found = verdicts.values_list("pk", "at").first()
    return _opened(_kept(*found)) if found else ""


def _refuse_others(actor: Actor) -> None:
    if actor.capacity is not Capacity.SUPERVISOR:
        raise _refused(_("Only supervisors review looks."), 403)


def _refused(message: Promise, status: int) -> Refused:
    return Refused(
        code="desk.no_such_review",
        message=message,
        next_step=_("Go back to the list and choose another one."),
        status=status,
    )
