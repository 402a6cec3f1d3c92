"""What holds keep back from somebody now, and what they kept and is shown late."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from audit.about import page_about
from audit.kernel.actors import STAFF_CAPACITIES, Capacity, PurposeKind
from audit.models import AuditEntry, AuditSubject
from identity.models import DisclosureHold
from identity.selectors.holds import ASKED, KIND, NO_HOLD, TO_CONFIRM
from identity.selectors.near import accounts_around

TELLING = ("space.viewed", "access.viewed", "data.exported", "question.asked")
"""Own acts in which people read who looked at their data."""
READING = timedelta(minutes=1)
"""How long after such an entry looks still count as told: the page is read after it."""
REVIEWED, JUDGED = "lookup_review.", "alarm.judged"
"""How entries begin in which supervisors judge a look: each says that there was one."""
AT_WORK = (*sorted(STAFF_CAPACITIES), Capacity.SYSTEM)


@dataclass(frozen=True, slots=True)
class Late:
    """That a look was held back: on what ground, from when on, until when."""

    ground: str
    since: datetime
    until: datetime


def held_back(holds: Iterable[DisclosureHold]) -> Q:
    """The entries these holds keep from the person, as a condition on entries."""
    hidden = Q(pk__in=[])
    for hold in holds:
        about = AuditSubject.objects.filter(
            entry_id=OuterRef("pk"), at=OuterRef("at"), subject=hold.subject_id
        )
        own = Q(object_kind=KIND, object_id__in=_own(hold))
        looks = _untold(hold) | _reviewed(hold) if hold.confirmed_at else Q(pk__in=[])
        hidden |= (own | looks) & Q(Exists(about))
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
    looks. Where it is not certain that a look was read, it counts as told.
    """
    if hold.renews is not None:
        return hold.renews.told_until
    own = AuditEntry.objects.filter(verb__in=TELLING, purpose_kind=PurposeKind.OWN, mandate=None)
    newest = page_about([hold.subject_id], own, size=1).rows
    return min(newest[0].at + READING, now) if newest else None


def looks_of(hold: DisclosureHold) -> Q:
    """The looks a hold names, whether it is in force or not."""
    return Q(capacity__in=AT_WORK, **_named_by(hold)) & Q(
        at__gte=_midnight(hold.looks_from), at__lt=_midnight(hold.looks_to + timedelta(days=1))
    )


def _untold(hold: DisclosureHold) -> Q:
    """Those of its looks of which the person had not been told when it was confirmed, and which
    those who decided on it did not take themselves."""
    looks = looks_of(hold) & ~Q(actor__in=_deciders(hold))
    return looks & Q(at__gt=hold.told_until) if hold.told_until else looks


def _reviewed(hold: DisclosureHold) -> Q:
    """What supervisors read about the person meanwhile, and what they judged since the first of
    these looks: it would tell of them."""
    supervising = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY)
    judged = Q(verb__startswith=REVIEWED) | Q(verb=JUDGED)
    return supervising & (Q(at__gte=hold.confirmed_at) | judged & Q(at__gt=_untold_since(hold)))


def _untold_since(hold: DisclosureHold) -> datetime:
    """When the first look was that the hold keeps back; its confirmation, if none was before."""
    confirmed = hold.confirmed_at or timezone.now()
    about = AuditSubject.objects.filter(
        entry_id=OuterRef("pk"), at=OuterRef("at"), subject=hold.subject_id
    )
    looks = AuditEntry.objects.filter(_untold(hold), Exists(about), at__lt=confirmed)
    first = looks.order_by("at").values_list("at", flat=True).first()
    return first or confirmed


def findings_held_back(
    holds: Iterable[DisclosureHold], entries: Collection[AuditEntry]
) -> dict[int, datetime]:
    """By entry, from when on what supervisors find about it is held back; never, if it is not here.

    The same as for the entries of such findings (`held_back`): one of the two without the other
    would tell that there is a hold.
    """
    in_force: dict[UUID, datetime] = {}
    for hold in holds:
        if hold.confirmed_at is not None:
            since = _untold_since(hold)
            in_force[hold.subject_id] = min(since, in_force.get(hold.subject_id, since))
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
    now = timezone.now()
    over = Q(ended_at__isnull=False) | Q(expires_at__lte=now)
    holds = list(
        DisclosureHold.objects.filter(
            over, subject_id__in=subjects, confirmed_at__isnull=False
        ).select_related("renews")
    )
    if not holds or not entries:
        return {}
    rows = AuditSubject.objects.filter(
        entry_id__in=[one.pk for one in entries],
        at__in=[one.at for one in entries],
        subject__in={one.subject_id for one in holds},
    )
    about = set(rows.values_list("entry_id", "subject"))
    deciders = {one.pk: _deciders(one) for one in holds}
    since = {one.pk: _untold_since(one) for one in holds}
    found: dict[int, Late] = {}
    for entry in entries:
        of_entry = [one for one in holds if (entry.pk, one.subject_id) in about]
        named = [one for one in of_entry if _names(one, entry, deciders[one.pk], since[one.pk])]
        if late := _late(entry, named):
            found[entry.pk] = late
    return found


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


def _names(
    hold: DisclosureHold, entry: AuditEntry, deciders: frozenset[UUID], since: datetime
) -> bool:
    if entry.object_kind == KIND:
        return entry.object_id in _own(hold)
    if _is_review(hold, entry, since):
        return True
    if entry.actor in deciders or (hold.told_until and entry.at <= hold.told_until):
        return False
    is_named = all(getattr(entry, name) == value for name, value in _named_by(hold).items())
    first, last = _midnight(hold.looks_from), _midnight(hold.looks_to + timedelta(days=1))
    return is_named and entry.capacity in AT_WORK and first <= entry.at < last


def _is_review(hold: DisclosureHold, entry: AuditEntry, since: datetime) -> bool:
    """The same as `_reviewed`, of an entry at hand."""
    if entry.capacity != Capacity.SUPERVISOR or entry.purpose_kind != PurposeKind.DUTY:
        return False
    is_judged = entry.verb.startswith((REVIEWED, JUDGED))
    is_meanwhile = hold.confirmed_at is not None and entry.at >= hold.confirmed_at
    return is_meanwhile or (is_judged and entry.at > since)


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
    """The objects of entries that tell of the hold itself: also of the one it renews, and of
    requests that led to none, such as one with a slip in the number of the case."""
    return [hold.reference, *([hold.renews.reference] if hold.renews else []), NO_HOLD]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
