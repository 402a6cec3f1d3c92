"""Which looks are held back from somebody now, and which were and are shown late."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import STAFF_CAPACITIES, Actor, Capacity, PurposeKind
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from identity.access import own_affairs
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same

KIND = "identity.disclosurehold"
TO_CONFIRM = timedelta(days=7)
AT_WORK = (*sorted(STAFF_CAPACITIES), Capacity.SYSTEM)


@dataclass(frozen=True, slots=True)
class Late:
    """That a look was held back: on what ground, from when on, until when."""

    ground: str
    since: datetime
    until: datetime


def quiet_holds(subjects: Collection[UUID]) -> list[DisclosureHold]:
    """Holds on these subjects that hold something back now: those in force, and those that wait to
    be confirmed, which hide nothing but that they were asked for."""
    now = timezone.now()
    waits = Q(confirmed_at=None, asked_at__gt=now - TO_CONFIRM)
    rows = DisclosureHold.objects.filter(
        waits | Q(expires_at__gt=now), ended_at=None, subject_id__in=subjects
    )
    return list(rows.select_related("renews"))


def held_back(holds: Iterable[DisclosureHold]) -> Q:
    """The entries these holds keep from the person, as a condition on entries."""
    hidden = Q(pk__in=[])
    for hold in holds:
        about = AuditSubject.objects.filter(
            entry_id=OuterRef("pk"), at=OuterRef("at"), subject=hold.subject_id
        )
        own = Q(object_kind=KIND, object_id__in=_references(hold))
        looks = looks_of(hold) | _reviewed(hold) if hold.confirmed_at else Q(pk__in=[])
        hidden |= (own | looks) & Q(Exists(about))
    return hidden


def looks_of(hold: DisclosureHold) -> Q:
    """The looks a hold names, whether it is in force or not."""
    return Q(capacity__in=AT_WORK, **_named_by(hold)) & Q(
        at__gte=_midnight(hold.looks_from), at__lt=_midnight(hold.looks_to + timedelta(days=1))
    )


def _reviewed(hold: DisclosureHold) -> Q:
    """What supervisors read or judge about the person meanwhile: it would tell of the looks."""
    supervising = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY)
    return supervising & Q(at__gte=hold.confirmed_at)


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
    return {
        entry.pk: late
        for entry in entries
        if (late := _late(entry, [one for one in holds if (entry.pk, one.subject_id) in about]))
    }


def holds_before(actor: Actor) -> QuerySet[DisclosureHold]:
    """What supervisors may see and decide; never a hold on one's own affairs."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return DisclosureHold.objects.none()
    return DisclosureHold.objects.exclude(
        own_affairs(actor) | Q(officer__in=accounts_of_the_same(actor))
    )


def get_hold_before(actor: Actor, reference: str, *, lock: bool = False) -> DisclosureHold:
    """One of them; unknown ones and those of one's own get the same answer."""
    rows = holds_before(actor).select_related("renews")
    if lock:
        rows = rows.select_for_update(of=("self",))
    hold = rows.filter(reference=reference).first()
    if hold is None:
        raise Refused(
            code="hold.not_there",
            message=_("There is no such hold for you to decide on."),
            next_step=_("Go back to the list of holds."),
            status=404,
        )
    return hold


def _late(entry: AuditEntry, holds: list[DisclosureHold]) -> Late | None:
    """By the hold that kept it longest."""
    kept = [
        Late(hold.get_ground_display(), max(entry.at, hold.confirmed_at), end)
        for hold in holds
        if hold.confirmed_at and (end := _end(hold)) and entry.at < end and _names(hold, entry)
    ]
    if not kept:
        return None
    last = max(kept, key=lambda one: one.until)
    return Late(last.ground, min(one.since for one in kept), last.until)


def _end(hold: DisclosureHold) -> datetime | None:
    return hold.ended_at or hold.expires_at


def _names(hold: DisclosureHold, entry: AuditEntry) -> bool:
    if entry.object_kind == KIND:
        return entry.object_id in _references(hold)
    if _is_review(entry) and hold.confirmed_at and entry.at >= hold.confirmed_at:
        return True
    is_named = all(getattr(entry, name) == value for name, value in _named_by(hold).items())
    first, last = _midnight(hold.looks_from), _midnight(hold.looks_to + timedelta(days=1))
    return is_named and entry.capacity in AT_WORK and first <= entry.at < last


def _is_review(entry: AuditEntry) -> bool:
    return entry.capacity == Capacity.SUPERVISOR and entry.purpose_kind == PurposeKind.DUTY


def _named_by(hold: DisclosureHold) -> dict[str, str]:
    """The columns of an entry by which a hold names it."""
    if hold.scope == DisclosureHold.Scope.CASE:
        return {"purpose_kind": "case", "purpose": hold.scope_code}
    if hold.scope == DisclosureHold.Scope.OFFICE:
        return {"department": hold.scope_code}
    return {"actor_label": hold.scope_code}


def _references(hold: DisclosureHold) -> list[str]:
    """A renewal also keeps back what was written about the hold it renews."""
    return [hold.reference, *([hold.renews.reference] if hold.renews else [])]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
