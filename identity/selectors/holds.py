"""Holds there are: those in force or waiting, and those a supervisor may see and decide."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.about import subjects_by_purpose
from audit.kernel.actors import Actor, Capacity, PurposeKind
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.selectors import details_of
from audit.waiting import Waiting, waiting_in
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.near import near_among

CASE = DisclosureHold.Scope.CASE
KIND = "identity.disclosurehold"
NO_HOLD = ""
"""What a request for a hold that led to none points at."""
ASKED = "hold.asked"
TURNED_DOWN = "hold.turned_down"
TO_CONFIRM = timedelta(days=7)


def quiet(now: datetime) -> Q:
    """Which holds keep something back at this moment, as a condition on holds: those in force, and
    those that wait to be confirmed, which hide nothing but that they were asked for."""
    waits = Q(confirmed_at=None, asked_at__gt=now - TO_CONFIRM)
    return Q(ended_at=None) & (waits | Q(expires_at__gt=now))


def quiet_holds(subjects: Collection[UUID]) -> list[DisclosureHold]:
    """Those of them on these subjects."""
    return list(DisclosureHold.objects.filter(quiet(timezone.now()), subject_id__in=subjects))


def concerned_by(subject_id: UUID, scope: str, scope_code: str) -> list[UUID]:
    """Whom such a hold would warn: who it is about, and who stands in the case it names."""
    return [subject_id, *(one for _case, one in _standing_in([(scope, scope_code)]))]


def holds_before(
    actor: Actor, holds: QuerySet[DisclosureHold] | None = None
) -> QuerySet[DisclosureHold]:
    """What supervisors may see and decide, of all holds or of these; never a hold that concerns
    themselves or somebody close, who could be warned by it."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return DisclosureHold.objects.none()
    rows = DisclosureHold.objects.all() if holds is None else holds
    persons = set(rows.values_list("subject_id", flat=True))
    standing = _standing_in(rows.values_list("scope", "scope_code").distinct())
    near = near_among(actor.account, [*persons, *(one for _case, one in standing)])
    of_near = Q(scope=CASE, scope_code__in={case for case, one in standing if one in near})
    return rows.exclude(
        Q(subject_id__in=near) | of_near | Q(officer__in=accounts_of_the_same(actor))
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
    rows = DisclosureHold.objects.filter(waits, of_others)
    return waiting_in(holds_before(actor, rows)) if rows.exists() else Waiting(0, 0)


def get_hold_before(actor: Actor, reference: str, *, lock: bool = False) -> DisclosureHold:
    """One of them; unknown ones and those of one's own get the same answer."""
    this = DisclosureHold.objects.filter(reference=reference)
    rows = holds_before(actor, this).select_related("renews")
    if lock:
        rows = rows.select_for_update(of=("self",))
    hold = rows.first()
    if hold is None:
        raise Refused(
            code="hold.not_there",
            message=_("There is no such hold for you to decide on."),
            next_step=_("Go back to the list of holds."),
            status=404,
        )
    return hold


def _standing_in(scopes: Iterable[tuple[str, str]]) -> list[tuple[str, UUID]]:
    """Whom the trail names in the cases among these scopes, each with the number of the case."""
    cases = [code for scope, code in scopes if scope == CASE]
    if not cases:
        return []
    looks = AuditEntry.objects.filter(purpose_kind=PurposeKind.CASE, purpose__in=cases)
    return subjects_by_purpose(looks)
