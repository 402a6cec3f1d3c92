"""What holds keep back from somebody now, and what they kept and is shown late."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.about import page_about, subjects_by_purpose
from audit.kernel.actors import STAFF_CAPACITIES, Capacity, PurposeKind
from audit.models import AuditEntry, AuditSubject
from identity.models import Account, DisclosureHold, Organisation
from identity.selectors.holds import ASKED, KIND, NO_HOLD, TO_CONFIRM, quiet
from identity.selectors.near import accounts_around

TELLING = ("space.viewed", "access.viewed", "data.exported", "question.asked")
"""Own acts in which people read who looked at their data."""
READING = timedelta(minutes=1)
"""How long after such an entry looks still count as told: the page is read after it."""
REVIEWED, JUDGED = "lookup_review.", "alarm.judged"
"""How entries begin in which supervisors judge a look: each says that there was one."""
AT_WORK = (*sorted(STAFF_CAPACITIES), Capacity.SYSTEM)
SUPERVISING = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY)
NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Late:
    """That a look was held back: on what ground, from when on, until when."""

    ground: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One hold, as it keeps looks back from one reader.

    `told`: which of the reader's subjects it does that for, each with the moment up to which looks
    had been told before. A hold on looks at a case keeps them back for everybody who stands in it;
    its own entries name one of them, so that nobody else reads whose hold it was. `shown`: what
    holds had kept from them that were over when this one began; shown once, it stays shown.
    `beside`: other holds on the reader of whose looks it keeps some.
    """

    hold: DisclosureHold
    told: Mapping[UUID, datetime | None]
    shown: Q = NOTHING
    beside: tuple[str, ...] = ()


def kept_from(subjects: Collection[UUID]) -> list[Kept]:
    """What is held back now from whoever reads about these subjects."""
    return _kept(quiet(timezone.now()), subjects, reaching=Q())


def held_back(kept: Iterable[Kept]) -> Q:
    """The entries that are kept from the reader, as a condition on entries."""
    hidden = NOTHING
    for one in kept:
        entries = Q(object_kind=KIND, object_id__in=_own(one.hold)) | _tries(one)
        if one.hold.confirmed_at:
            entries |= _untold(one) | _reviewed(one)
        hidden |= entries & _about(one.told) | Q(object_kind=KIND, object_id__in=one.beside)
    return hidden


def fresh_tries() -> Q:
    """Requests of this week that led to no hold, as a condition on entries. They are told as late
    as a request that nobody confirms, or a slip of the pen would warn the person."""
    tried = Q(object_kind=KIND, object_id=NO_HOLD, verb=ASKED, outcome="refused")
    return tried & Q(at__gt=timezone.now() - TO_CONFIRM)


def told_until(hold: DisclosureHold, now: datetime) -> datetime | None:
    """Up to when the person has been told of looks: what was told is not taken back. None if the
    person never read who looked.

    A renewal goes on from the hold it renews: what the person read meanwhile did not show these
    looks.
    """
    return hold.renews.told_until if hold.renews else _told_by(now, hold.subject_id)


def looks_of(hold: DisclosureHold) -> Q:
    """The looks a hold names, whether it is in force or not."""
    return Q(capacity__in=AT_WORK, **_named_by(hold)) & Q(
        at__gte=_midnight(hold.looks_from), at__lt=_midnight(hold.looks_to + timedelta(days=1))
    )


def findings_held_back(
    kept: Iterable[Kept], entries: Collection[AuditEntry]
) -> dict[int, datetime]:
    """By entry, from when on what supervisors find about it is held back; never, if it is not here.

    The same as for the entries of such findings (`held_back`): one of the two without the other
    would tell that there is a hold.
    """
    in_force: dict[UUID, datetime] = {}
    for one in kept:
        if one.hold.confirmed_at is not None:
            since = _untold_since(one)
            for subject in one.told:
                in_force[subject] = min(since, in_force.get(subject, since))
    if not in_force:
        return {}
    rows = AuditSubject.objects.filter(
        entry_id__in=[one.pk for one in entries],
        at__in=[one.at for one in entries],
        subject__in=in_force,
    )
    found: dict[int, datetime] = {}
    for entry, subject in rows.values_list("entry_id", "subject"):
        since = in_force[subject]
        found[entry] = min(since, found.get(entry, since))
    return found


def shown_late(subjects: Collection[UUID], entries: Collection[AuditEntry]) -> Mapping[int, Late]:
    """For those of the entries that had been held back: why and how long."""
    if not entries:
        return {}
    over = Q(ended_at__isnull=False) | Q(expires_at__lte=timezone.now())
    confirmed = Q(confirmed_at__isnull=False)
    these = AuditEntry.objects.filter(
        pk__in=[one.pk for one in entries], at__in=[one.at for one in entries]
    )
    holds: dict[int, list[DisclosureHold]] = defaultdict(list)
    for one in _kept(over & confirmed, subjects, reaching=_may_have_kept(entries)):
        for number in these.filter(held_back([one])).values_list("pk", flat=True):
            holds[number].append(one.hold)
    lates = {entry.pk: _late(entry, holds[entry.pk]) for entry in entries if entry.pk in holds}
    return {number: late for number, late in lates.items() if late}


def shown_by_the_end_of(hold: DisclosureHold) -> list[UUID]:
    """Who is to be told when it is over: whom it is about, and from whom else it kept looks."""
    if hold.scope != DisclosureHold.Scope.CASE:
        return [hold.subject_id]
    looks = AuditEntry.objects.filter(looks_of(hold), at__lt=_end(hold))
    others = {subject for _case, subject in subjects_by_purpose(looks)} - {hold.subject_id}
    each = [_but_shown(Kept(hold, _told(hold, [one]))) for one in sorted(others)]
    kept = [one for one in each if looks.filter(_untold(one), _about(one.told)).exists()]
    return [hold.subject_id, *(subject for one in kept for subject in one.told)]


def is_still_kept(hold: DisclosureHold, subjects: Collection[UUID]) -> bool:
    """Whether another hold in force keeps any of its looks from who reads about these subjects."""
    in_force = [one for one in kept_from(subjects) if one.hold.confirmed_at]
    return any(_shares(one, hold, subjects) for one in in_force)


def _kept(when: Q, subjects: Collection[UUID], *, reaching: Q) -> list[Kept]:
    """The holds of this time on these subjects, and those on looks at a case in which they stand,
    which `reaching` narrows. Two queries, however many holds there are on others, and a few more
    for each that is found."""
    kept = [_but_shown(one) for one in _keeping(when, subjects, reaching=reaching)]
    return [replace(one, beside=_beside(one, subjects)) for one in kept]


def _beside(one: Kept, subjects: Collection[UUID]) -> tuple[str, ...]:
    """Its own entries and those of the other are shown when both are over: with the first of them
    the person would read that looks are shown, and find that some are not."""
    if one.hold.confirmed_at is None:
        return ()
    confirmed = DisclosureHold.objects.filter(subject_id__in=subjects, confirmed_at__isnull=False)
    others = confirmed.exclude(reference__in=_own(one.hold)).select_related("renews")
    return tuple(each.reference for each in others if _shares(one, each, subjects))


def _shares(one: Kept, other: DisclosureHold, subjects: Collection[UUID]) -> bool:
    """Whether it keeps some look that the other keeps from these subjects, or kept."""
    theirs = Kept(other, _told(other, subjects))
    both = AuditEntry.objects.filter(_untold(one), _about(one.told), _untold(theirs))
    return both.filter(_about(theirs.told), at__lt=_end(other)).exists()


def _but_shown(one: Kept) -> Kept:
    """The same without what was shown when an earlier hold ended or ran out: a new hold is no
    second renewal. The first of a hold and its renewal was not over when either began."""
    began = (one.hold.renews or one.hold).confirmed_at
    if began is None:
        return one
    reaching = Q()
    if one.hold.scope == DisclosureHold.Scope.CASE:
        reaching = Q(scope_code=one.hold.scope_code)
    ended = DisclosureHold.objects.alias(end=Coalesce("ended_at", "expires_at")).filter(
        confirmed_at__isnull=False, end__lte=began, end__gt=_midnight(one.hold.looks_from)
    )
    shown = NOTHING
    for earlier in _keeping(Q(pk__in=ended), list(one.told), reaching=reaching):
        shown |= held_back([earlier]) & Q(at__lt=_end(earlier.hold))
    return replace(one, shown=shown)


def _keeping(when: Q, subjects: Collection[UUID], *, reaching: Q) -> list[Kept]:
    """The same as if each were the first. The trail is asked only where a hold on looks at a case
    could reach them: planning that for every month costs more than all the rest."""
    about = AuditSubject.objects.filter(
        entry_id=OuterRef("pk"), at=OuterRef("at"), subject__in=subjects
    )
    standing = AuditEntry.objects.filter(
        Exists(about), purpose_kind=PurposeKind.CASE, purpose=OuterRef("scope_code")
    ).exclude(purpose="")  # says that the index by purpose, which has no empty ones, will do
    of_case = Q(scope=DisclosureHold.Scope.CASE) & reaching
    wanted = Q(subject_id__in=subjects)
    if DisclosureHold.objects.filter(when, of_case).exclude(wanted).exists():
        wanted |= of_case & Q(Exists(standing))
    rows = DisclosureHold.objects.filter(when, wanted)
    found = [Kept(hold, _told(hold, subjects)) for hold in rows.select_related("renews")]
    return [one for one in found if one.told]


def _told(hold: DisclosureHold, subjects: Collection[UUID]) -> dict[UUID, datetime | None]:
    """From which of these it keeps looks back, and what each had been told. What others were told
    says the trail, which does not change: a hold keeps no list of them."""
    told = {hold.subject_id: hold.told_until} if hold.subject_id in subjects else {}
    others = set(subjects) - {hold.subject_id}
    began = (hold.renews or hold).confirmed_at
    if others and began and hold.scope == DisclosureHold.Scope.CASE:
        looks = AuditEntry.objects.filter(looks_of(hold))
        in_them = {subject for _case, subject in subjects_by_purpose(looks)}
        told |= {one: _told_by(began, one) for one in others & in_them}
    return told


def _told_by(moment: datetime, subject: UUID) -> datetime | None:
    """Up to when somebody had been told of looks at this moment. Where it is not certain that a
    look was read, it counts as told. A helper's own space names whom the helper acts for, and tells
    them nothing."""
    leaders = Organisation.objects.filter(pk=subject).values("legal_representative")
    readers = Account.objects.filter(Q(person=subject) | Q(person__in=leaders))
    own = AuditEntry.objects.filter(
        Q(actor__in=list(readers.values_list("pk", flat=True))) | Q(principal=subject),
        verb__in=TELLING,
        purpose_kind=PurposeKind.OWN,
        mandate=None,
        at__lte=moment,
    )
    newest = page_about([subject], own, size=1).rows
    return min(newest[0].at + READING, moment) if newest else None


def _may_have_kept(entries: Iterable[AuditEntry]) -> Q:
    """Which holds on looks at cases may have kept any of these, as a condition on holds: most pages
    show no look at such a case, and no supervisor."""
    cases = {one.purpose for one in entries if one.purpose_kind == PurposeKind.CASE}
    checks = [one.at for one in entries if one.capacity == Capacity.SUPERVISOR]
    may_have = Q(scope_code__in=cases)
    return may_have | Q(expires_at__gt=min(checks)) if checks else may_have


def _about(subjects: Iterable[UUID]) -> Q:
    rows = AuditSubject.objects.filter(
        entry_id=OuterRef("pk"), at=OuterRef("at"), subject__in=list(subjects)
    )
    return Q(Exists(rows))


def _untold(one: Kept) -> Q:
    """Those of its looks of which the reader had not been told when it was confirmed, and which
    those who decided on it did not take themselves."""
    looks = looks_of(one.hold) & ~Q(actor__in=_deciders(one.hold))
    for subject, moment in one.told.items():
        if moment:
            looks &= ~(Q(at__lte=moment) & _about([subject]))
    return looks & ~one.shown


def _reviewed(one: Kept) -> Q:
    """What supervisors read about the reader meanwhile, and what they judged since the first of
    these looks: it would tell of them. What those who decided on it read waits too: their searches
    beside no look would tell of it most of all."""
    judged = Q(verb__startswith=REVIEWED) | Q(verb=JUDGED)
    since = Q(at__gte=one.hold.confirmed_at) | judged & Q(at__gt=_untold_since(one))
    return SUPERVISING & since & ~one.shown


def _untold_since(one: Kept) -> datetime:
    """When the first look was that the hold keeps back; its confirmation, if none was before."""
    confirmed = one.hold.confirmed_at or timezone.now()
    looks = AuditEntry.objects.filter(_untold(one), _about(one.told), at__lt=confirmed)
    first = looks.order_by("at").values_list("at", flat=True).first()
    return first or confirmed


def _late(entry: AuditEntry, holds: list[DisclosureHold]) -> Late | None:
    """By the hold that kept it longest, of those that name it."""
    kept = [
        Late(hold.get_ground_display(), max(entry.at, hold.confirmed_at), end)
        for hold in holds
        if hold.confirmed_at and (end := _end(hold)) and entry.at < end
    ]
    if not kept:
        return None
    last = max(kept, key=lambda one: one.until)
    return Late(last.ground, min(one.since for one in kept), last.until)


def _end(hold: DisclosureHold) -> datetime | None:
    return hold.ended_at or hold.expires_at


def _deciders(hold: DisclosureHold) -> frozenset[UUID]:
    """Whose looks it never keeps back: of the two who decided on it, and of those close to them."""
    return accounts_around([one for one in (hold.asked_by_id, hold.confirmed_by_id) if one])


def _named_by(hold: DisclosureHold) -> dict[str, str]:
    """The columns of an entry by which a hold names it."""
    if hold.scope == DisclosureHold.Scope.CASE:
        return {"purpose_kind": "case", "purpose": hold.scope_code}
    if hold.scope == DisclosureHold.Scope.OFFICE:
        return {"department": hold.scope_code}
    return {"actor_label": hold.scope_code}


def _own(hold: DisclosureHold) -> list[str]:
    """The objects of entries that tell of the hold itself, and of the one it renews."""
    return [hold.reference, *([hold.renews.reference] if hold.renews else [])]


def _tries(one: Kept) -> Q:
    """Requests that led to no hold, such as one with a slip in the number of the case, as far as
    they had not been told (`fresh_tries`) when this one was asked for; to others in the case, of
    whom it hides nothing before, when it was confirmed."""
    first = one.hold.renews or one.hold
    began = first.confirmed_at or first.asked_at
    since = first.asked_at if one.hold.subject_id in one.told else began
    return Q(object_kind=KIND, object_id=NO_HOLD, at__gt=since - TO_CONFIRM)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
