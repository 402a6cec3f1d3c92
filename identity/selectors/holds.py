"""Holds there are: those in force or waiting, and those a supervisor may see and decide."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.selectors import details_of
from audit.waiting import Waiting, waiting_in
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.near import near_among

KIND = "identity.disclosurehold"
NO_HOLD = ""
"""What a request for a hold that led to none points at."""
ASKED = "hold.asked"
TURNED_DOWN = "hold.turned_down"
TO_CONFIRM = timedelta(days=7)


def quiet_holds(subjects: Collection[UUID]) -> list[DisclosureHold]:
    """Holds on these subjects that hold something back now: those in force, and those that wait to
    be confirmed, which hide nothing but that they were asked for."""
    now = timezone.now()
    waits = Q(confirmed_at=None, asked_at__gt=now - TO_CONFIRM)
    rows = DisclosureHold.objects.filter(
        waits | Q(expires_at__gt=now), ended_at=None, subject_id__in=subjects
    )
    return list(rows.select_related("renews"))


def holds_before(actor: Actor) -> QuerySet[DisclosureHold]:
    """What supervisors may see and decide; never a hold on themselves or somebody close, who could
    be warned by it."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return DisclosureHold.objects.none()
    persons = DisclosureHold.objects.values_list("subject_id", flat=True).distinct()
    near = near_among(actor.account, list(persons))
    return DisclosureHold.objects.exclude(
        Q(subject_id__in=near) | Q(officer__in=accounts_of_the_same(actor))
    )


def words_against(hold: DisclosureHold) -> str:
    """Why a hold was turned down; empty where it was not, or the words were erased. Gated: an
    entry about the person comes first."""
    against = AuditEntry.objects.filter(
        object_kind=KIND, object_id=hold.reference, verb=TURNED_DOWN, at__gte=hold.asked_at
    )
    entry = against.first()
    body = details_of([entry]).get(entry) if entry else None
    return str(body["words"]) if body and "words" in body else ""


def waiting_holds(actor: Actor) -> Waiting:
    """How many wait for this supervisor to confirm them. None is late: they lapse.

    One query while none does; who is close is asked only for those that do.
    """
    waits = Q(confirmed_at=None, ended_at=None, asked_at__gt=timezone.now() - TO_CONFIRM)
    of_others = ~Q(asked_by__in=accounts_of_the_same(actor))
    if not DisclosureHold.objects.filter(waits, of_others).exists():
        return Waiting(0, 0)
    return waiting_in(holds_before(actor).filter(waits, of_others))


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
