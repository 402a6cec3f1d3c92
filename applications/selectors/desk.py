"""What officers choose from: the desk, what was put before a superior, and the red lines.

Index rows only: nothing here opens a case. Where they show a covered name, whoever shows them
records whose (`applications.case_trail.record_listed`).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.models import Alarm, Application, Escalation
from applications.models.application import ApplicationQuerySet
from applications.selectors.others import about_any_of, merely_names
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor, Capacity
from audit.models import AuditEntry

MINE, UNCLAIMED, WAITING = "mine", "unclaimed", "waiting"
COUNT_UP_TO = 99
LATELY = 100
ANSWERS = 50


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """Small counts; the office's stops at a hundred, so that it costs the same in any office."""

    in_hand: int
    due_today: int
    late: int
    unclaimed: int
    own: int
    """Of the officer's own affairs, waiting for a colleague; not among `unclaimed`."""

    @property
    def more_unclaimed(self) -> bool:
        return self.unclaimed > COUNT_UP_TO


def desk_cases(
    actor: Actor, tab: str, queue_ids: Collection[int], own: Collection[UUID]
) -> QuerySet[Application]:
    """The cases of one tab. Order and pages are the caller's (`due_on`, then `id`).

    A case of others that merely names the officer, whose `own` affairs these are, is in none.
    """
    cases = Application.objects.filter(queue_id__in=queue_ids)
    if tab == UNCLAIMED:
        cases = cases.unclaimed()
    elif tab == WAITING:
        cases = cases.filter(
            claimed_by=actor.account_id, state__in=[State.CORRECTING, State.ESCALATED]
        )
    else:
        cases = in_hands_of(actor, queue_ids)
    red_line = Alarm.objects.filter(application=OuterRef("pk"))
    cases = cases.exclude(merely_names(own))
    return cases.annotate(has_alarm=Exists(red_line)).select_related("item", "item__department")


def in_hands_of(actor: Actor, queue_ids: Collection[int]) -> ApplicationQuerySet:
    """The cases this officer took and can work on now."""
    return Application.objects.filter(
        queue_id__in=queue_ids, claimed_by=actor.account_id, state=State.ACCEPTED
    )


def desk_figures(
    actor: Actor, queue_ids: Collection[int], today: date, own: Collection[UUID]
) -> DeskFigures:
    """Three short queries: one's own are few, the office's are counted up to a hundred."""
    counts = in_hands_of(actor, queue_ids).aggregate(
        in_hand=Count("pk"),
        due_today=Count("pk", filter=Q(due_on=today)),
        late=Count("pk", filter=Q(due_on__lt=today)),
    )
    free = Application.objects.filter(queue_id__in=queue_ids).unclaimed()
    is_own = about_any_of(own)
    return DeskFigures(
        **counts,
        unclaimed=free.exclude(is_own)[: COUNT_UP_TO + 1].count(),
        own=free.filter(is_own)[: COUNT_UP_TO + 1].count(),
    )


def handed_back_by(actor: Actor) -> list[str]:
    """The cases this officer gave back lately, newest first."""
    given_back = AuditEntry.objects.filter(actor=actor.account_id, verb=Verb.RELEASED)
    return list(given_back.order_by("-id").values_list("object_id", flat=True)[:LATELY])


class Standing(StrEnum):
    """What a list says of red lines: still in the way, or what a superior answered."""

    RED = "red"
    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    ASKED = "asked"


def standings_of(applications: Collection[Application]) -> dict[UUID, Standing]:
    """For the cases of one page that have a red line. Two queries, however many cases."""
    codes: dict[UUID, set[str]] = defaultdict(set)
    alarms = Alarm.objects.filter(application__in=applications)
    for pk, code in alarms.values_list("application_id", "rule__code"):
        codes[pk].add(code)
    asked: dict[UUID, list[Escalation]] = defaultdict(list)
    escalations = Escalation.objects.filter(application__in=list(codes)).order_by("asked_at")
    for escalation in escalations:
        asked[escalation.application_id].append(escalation)
    return {pk: _standing(found, asked[pk]) for pk, found in codes.items()}


def _standing(codes: set[str], escalations: Sequence[Escalation]) -> Standing:
    if escalations and not escalations[-1].answer:
        return Standing.ASKED
    allowed = {
        code for one in escalations if one.answer == Escalation.Answer.ALLOWED for code in one.rules
    }
    if codes <= allowed:
        return Standing.ALLOWED
    if escalations and escalations[-1].answer == Escalation.Answer.NOT_ALLOWED:
        return Standing.NOT_ALLOWED
    return Standing.RED


def escalations_before(actor: Actor) -> QuerySet[Escalation]:
    """What waits for the superiors of this officer's department."""
    if actor.capacity is not Capacity.SUPERIOR:
        return Escalation.objects.none()
    waiting = Escalation.objects.filter(
        answer="", department__code=actor.department_code, application__state=State.ESCALATED
    )
    return waiting.select_related("application__item")


def escalations_answered_by(actor: Actor) -> list[Escalation]:
    """The superior's own answers, newest first; as many as a desk needs to remember."""
    answered = Escalation.objects.filter(answered_by=actor.account_id)
    return list(answered.select_related("application__item").order_by("-answered_at")[:ANSWERS])


def alarms_visible_to(actor: Actor) -> QuerySet[Alarm]:
    """Every red line for supervisors, those of the own department for superiors."""
    alarms = Alarm.objects.select_related("application__item", "rule")
    alarms = alarms.select_related("application__queue__department")
    if actor.capacity is Capacity.SUPERVISOR:
        return alarms
    if actor.capacity is Capacity.SUPERIOR:
        return alarms.filter(application__queue__department__code=actor.department_code)
    return alarms.none()
