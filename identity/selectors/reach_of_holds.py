"""Whom holds reach: which keep looks back from somebody, what had been told, who is told after."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.about import is_about, page_about, subjects_by_purpose
from audit.kernel.actors import Capacity, PurposeKind
from audit.models import AuditEntry
from identity.models import Account, DisclosureHold, Organisation
from identity.selectors.held_back import (
    A_YEAR,
    NOTHING,
    Kept,
    end_of,
    held_back,
    looks_of,
    midnight,
    own_objects,
    untold,
)
from identity.selectors.holds import CASE, quiet
from identity.selectors.told_elsewhere import told_elsewhere

TELLING = ("space.viewed", "access.viewed", "data.exported", "question.asked")
"""Own acts in which people read who looked at their data."""
FINDINGS = "findings about looks"
"""In whose name the portal tells people by message of a look that was not in order."""
A_DAY = timedelta(days=1)
READING = timedelta(minutes=1)
"""How long after such an entry looks still count as told: the page is read after it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The holds that reach whoever reads about somebody: asked once, however much is read.

    `kept`: what is held back now. `may_be_late`: whether there is a hold that is over and could
    have kept looks from them; where there is none, nothing is asked of what it kept.
    """

    kept: list[Kept]
    may_be_late: bool


def holds_reaching(subjects: Collection[UUID]) -> Reach:
    """What holds keep or kept from whoever reads about these subjects. One query as a rule: of
    most people there are none."""
    could = DisclosureHold.objects.filter(Q(subject_id__in=subjects) | Q(scope=CASE))
    there_are = could.aggregate(
        now=Count("pk", filter=quiet(timezone.now())), before=Count("pk", filter=over())
    )
    kept = kept_from(subjects) if there_are["now"] else []
    return Reach(kept, may_be_late=bool(there_are["before"]))


def kept_from(subjects: Collection[UUID]) -> list[Kept]:
    """What is held back now from whoever reads about these subjects."""
    return kept_at(quiet(timezone.now()), subjects, reaching=Q())


def over() -> Q:
    """Which holds have kept something back and do not any more, as a condition on holds."""
    ended = Q(ended_at__isnull=False) | Q(expires_at__lte=timezone.now())
    return Q(confirmed_at__isnull=False) & ended


def told_until(hold: DisclosureHold, now: datetime) -> datetime | None:
    """Up to when the person has been told of looks: what was told is not taken back. None if the
    person never read who looked.

    A renewal goes on from the hold it renews: what the person read meanwhile did not show these
    looks.
    """
    return hold.renews.told_until if hold.renews else _told_by(now, hold.subject_id)


def shown_by_the_end_of(hold: DisclosureHold) -> list[UUID]:
    """Who is to be told when it is over: whom it is about, and from whom else it kept looks."""
    if hold.scope != CASE:
        return [hold.subject_id]
    looks = AuditEntry.objects.filter(looks_of(hold), at__lt=end_of(hold))
    others = {subject for _case, subject in subjects_by_purpose(looks)} - {hold.subject_id}
    each = [_but_shown(_kept(hold, [one])) for one in sorted(others)]
    kept = [one for one in each if looks.filter(untold(one), is_about(one.told)).exists()]
    return [hold.subject_id, *(subject for one in kept for subject in one.told)]


def is_still_kept(hold: DisclosureHold, subjects: Collection[UUID]) -> bool:
    """Whether another hold in force keeps any of its looks from who reads about these subjects."""
    in_force = [one for one in kept_from(subjects) if one.hold.confirmed_at]
    return any(_shares(one, hold, subjects) for one in in_force)


def kept_at(when: Q, subjects: Collection[UUID], *, reaching: Q) -> list[Kept]:
    """The holds of this time on these subjects, and those on looks at a case in which they stand,
    which `reaching` narrows. Two queries, however many holds there are on others, one where there
    are none, and a few more for each that is found."""
    kept = [_but_shown(one) for one in _keeping(when, subjects, reaching=reaching)]
    return [replace(one, beside=_beside(one, subjects)) for one in kept]


def _beside(one: Kept, subjects: Collection[UUID]) -> tuple[str, ...]:
    """Its own entries and those of the other are shown when both are over: with the first of them
    the person would read that looks are shown, and find that some are not."""
    if one.hold.confirmed_at is None:
        return ()
    confirmed = DisclosureHold.objects.filter(subject_id__in=subjects, confirmed_at__isnull=False)
    others = confirmed.exclude(reference__in=own_objects(one.hold)).select_related("renews")
    return tuple(each.reference for each in others if _shares(one, each, subjects))


def _shares(one: Kept, other: DisclosureHold, subjects: Collection[UUID]) -> bool:
    """Whether it keeps some look that the other keeps from these subjects, or kept."""
    theirs = _kept(other, subjects)
    both = AuditEntry.objects.filter(untold(one), is_about(one.told), untold(theirs))
    return both.filter(is_about(theirs.told), at__lt=end_of(other)).exists()


def _but_shown(one: Kept) -> Kept:
    """The same without what was shown when an earlier hold ended or ran out: a new hold is no
    second renewal. The first of a hold and its renewal was not over when either began."""
    began = (one.hold.renews or one.hold).confirmed_at
    if began is None:
        return one
    reaching = Q()
    if one.hold.scope == CASE:
        reaching = Q(scope_code=one.hold.scope_code)
    ended = DisclosureHold.objects.alias(end=Coalesce("ended_at", "expires_at")).filter(
        confirmed_at__isnull=False, end__lte=began, end__gt=midnight(one.hold.looks_from)
    )
    shown = NOTHING
    for earlier in _keeping(Q(pk__in=ended), list(one.told), reaching=reaching):
        shown |= held_back([earlier]) & Q(at__lt=end_of(earlier.hold))
    return replace(one, shown=shown)


def _keeping(when: Q, subjects: Collection[UUID], *, reaching: Q) -> list[Kept]:
    """The same as if each were the first."""
    wanted = Q(subject_id__in=subjects) | Q(scope=CASE) & reaching
    rows = list(DisclosureHold.objects.filter(when, wanted).select_related("renews"))
    theirs = _cases_of(subjects, [one for one in rows if one.subject_id not in subjects])
    found = [
        _kept(hold, subjects)
        for hold in rows
        if hold.subject_id in subjects or hold.scope_code in theirs
    ]
    return [one for one in found if one.told]


def _cases_of(subjects: Collection[UUID], holds: Collection[DisclosureHold]) -> set[str]:
    """In which of the cases these holds name the trail names any of them. It is asked only where
    such a hold could reach them, and within the days of the looks: planning a question for every
    month costs more than all the rest."""
    if not holds:
        return set()
    standing = AuditEntry.objects.filter(
        is_about(subjects),
        purpose_kind=PurposeKind.CASE,
        purpose__in={one.scope_code for one in holds},
        at__gte=midnight(min(one.looks_from for one in holds)),
        at__lt=midnight(max(one.looks_to for one in holds) + A_DAY),
    ).exclude(purpose="")  # says that the index by purpose, which has no empty ones, will do
    return set(standing.values_list("purpose", flat=True).distinct())


def _kept(hold: DisclosureHold, subjects: Collection[UUID]) -> Kept:
    """The hold as it keeps looks back from whoever reads about these."""
    told, now = _told(hold, subjects), timezone.now()
    if not told or hold.confirmed_at is None:
        return Kept(hold, told, now)
    # What it kept once it is over, it kept from its confirmation on.
    in_force = hold.ended_at is None and (hold.expires_at or now) > now
    since = (now if in_force else hold.confirmed_at) - A_YEAR
    return Kept(hold, told, since, elsewhere=told_elsewhere(hold, subjects))


def _told(hold: DisclosureHold, subjects: Collection[UUID]) -> dict[UUID, datetime | None]:
    """From which of these it keeps looks back, and what each had been told. What others were told
    says the trail, which does not change: a hold keeps no list of them."""
    told = {hold.subject_id: hold.told_until} if hold.subject_id in subjects else {}
    others = set(subjects) - {hold.subject_id}
    began = (hold.renews or hold).confirmed_at
    if others and began and hold.scope == CASE:
        looks = AuditEntry.objects.filter(looks_of(hold))
        in_them = {subject for _case, subject in subjects_by_purpose(looks)}
        told |= {one: _told_by(began, one) for one in others & in_them}
    return told


def _told_by(moment: datetime, subject: UUID) -> datetime | None:
    """Up to when somebody had been told of looks at this moment. Where it is not certain that a
    look was read, it counts as told; so does what was before a message about a look. A helper's own
    space names whom the helper acts for, and tells them nothing."""
    leaders = Organisation.objects.filter(pk=subject).values("legal_representative")
    readers = Account.objects.filter(Q(person=subject) | Q(person__in=leaders))
    own = Q(
        Q(actor__in=list(readers.values_list("pk", flat=True))) | Q(principal=subject),
        verb__in=TELLING,
        purpose_kind=PurposeKind.OWN,
        mandate=None,
    )
    by_message = Q(capacity=Capacity.SYSTEM, actor_label=FINDINGS, verb="message.written")
    telling = AuditEntry.objects.filter(own | by_message, at__lte=moment)
    newest = page_about([subject], telling, size=1).rows
    return min(newest[0].at + READING, moment) if newest else None
