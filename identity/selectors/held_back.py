"""What holds keep back from a reader, as conditions on entries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from audit.about import is_about
from audit.kernel.actors import STAFF_CAPACITIES, Capacity, PurposeKind
from audit.models import AuditEntry, AuditSubject
from identity.models import DisclosureHold
from identity.selectors.holds import ASKED, KIND, NO_HOLD, TO_CONFIRM
from identity.selectors.near import accounts_around

REVIEWED, JUDGED = "lookup_review.", "alarm.judged"
"""How entries begin in which supervisors judge a look: each says that there was one."""
AT_WORK = (*sorted(STAFF_CAPACITIES), Capacity.SYSTEM)
SUPERVISING = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY)
TOLD_ANYWAY = Q(
    verb__in=(
        *("message.written", "message.sent"),
        *("question.viewed", "question.answered", "dispute.viewed", "dispute.answered"),
    )
)
"""What people read elsewhere whatever a hold keeps back: their messages, and what became of their
own questions and of what they contest. Keeping back these entries would say that there is one."""
NOTHING = Q(pk__in=[])
A_YEAR = timedelta(days=366)
"""How long a look is kept back at most, counted from the look, however many holds name it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One hold, as it keeps looks back from one reader.

    `told`: which of the reader's subjects it does that for, each with the moment up to which looks
    had been told before. A hold on looks at a case keeps them back for everybody who stands in it;
    its own entries name one of them, so that nobody else reads whose hold it was. `shown`: what
    holds had kept from them that were over when this one began; shown once, it stays shown.
    `since`: looks from before are none it keeps or kept, since none is kept for more than a year.
    `elsewhere`: what the reader is told by another page. `beside`: other holds on the reader of
    whose looks it keeps some.
    """

    hold: DisclosureHold
    told: Mapping[UUID, datetime | None]
    since: datetime
    shown: Q = NOTHING
    elsewhere: Q = NOTHING
    beside: tuple[str, ...] = ()


def held_back(kept: Iterable[Kept]) -> Q:
    """The entries that are kept from the reader, as a condition on entries."""
    hidden = NOTHING
    for one in kept:
        entries = Q(object_kind=KIND, object_id__in=own_objects(one.hold)) | _tries(one)
        if one.hold.confirmed_at:
            entries |= untold(one) | _reviewed(one)
        hidden |= entries & is_about(one.told) | Q(object_kind=KIND, object_id__in=one.beside)
    return hidden


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
            since = untold_since(one)
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


def fresh_tries() -> Q:
    """Requests of this week that led to no hold, as a condition on entries. They are told as late
    as a request that nobody confirms, or a slip of the pen would warn the person."""
    tried = Q(object_kind=KIND, object_id=NO_HOLD, verb=ASKED, outcome="refused")
    return tried & Q(at__gt=timezone.now() - TO_CONFIRM)


def looks_of(hold: DisclosureHold) -> Q:
    """The looks a hold names, whether it is in force or not."""
    return Q(capacity__in=AT_WORK, **_named_by(hold)) & Q(
        at__gte=midnight(hold.looks_from), at__lt=midnight(hold.looks_to + timedelta(days=1))
    )


def untold(one: Kept) -> Q:
    """Those of its looks, none older than a year, of which the reader had not been told when it was
    confirmed and is not told elsewhere, and which those who decided on it did not take
    themselves."""
    looks = looks_of(one.hold) & Q(at__gt=one.since) & ~Q(actor__in=_deciders(one.hold))
    for subject, moment in one.told.items():
        if moment:
            looks &= ~(Q(at__lte=moment) & is_about([subject]))
    return looks & ~one.shown & ~one.elsewhere & ~TOLD_ANYWAY


def untold_since(one: Kept) -> datetime:
    """When the first look was that the hold keeps back; its confirmation, if none was before."""
    confirmed = one.hold.confirmed_at or timezone.now()
    looks = AuditEntry.objects.filter(untold(one), is_about(one.told), at__lt=confirmed)
    first = looks.order_by("at").values_list("at", flat=True).first()
    return first or confirmed


def own_objects(hold: DisclosureHold) -> list[str]:
    """The objects of entries that tell of the hold itself, and of the one it renews."""
    return [hold.reference, *([hold.renews.reference] if hold.renews else [])]


def end_of(hold: DisclosureHold) -> datetime | None:
    return hold.ended_at or hold.expires_at


def _reviewed(one: Kept) -> Q:
    """What supervisors read about the reader meanwhile, and what they judged since the first of
    these looks: it would tell of them. What those who decided on it read waits too: their searches
    beside no look would tell of it most of all."""
    judged = Q(verb__startswith=REVIEWED) | Q(verb=JUDGED)
    since = Q(at__gte=one.hold.confirmed_at) | judged & Q(at__gt=untold_since(one))
    return SUPERVISING & since & ~one.shown & ~TOLD_ANYWAY


def _tries(one: Kept) -> Q:
    """Requests that led to no hold, such as one with a slip in the number of the case, as far as
    they had not been told (`fresh_tries`) when this one was asked for; to others in the case, of
    whom it hides nothing before, when it was confirmed."""
    first = one.hold.renews or one.hold
    began = first.confirmed_at or first.asked_at
    since = first.asked_at if one.hold.subject_id in one.told else began
    return Q(object_kind=KIND, object_id=NO_HOLD, at__gt=since - TO_CONFIRM)


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


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
