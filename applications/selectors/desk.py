"""What officers choose from: the desk, what was put before a superior, and the red lines.

Index rows only: nothing here opens a case, so nothing here needs an entry.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.access import workable_queue_ids
from applications.models import Alarm, Application, Escalation
from applications.models.application import ApplicationQuerySet
from applications.states import State
from audit.kernel.actors import Actor, Capacity

MINE, UNCLAIMED, WAITING = "mine", "unclaimed", "waiting"
COUNT_UP_TO = 99


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """Small counts; the office's stops at a hundred, so that it costs the same in any office."""

    in_hand: int
    due_today: int
    late: int
    unclaimed: int

    @property
    def more_unclaimed(self) -> bool:
        return self.unclaimed > COUNT_UP_TO


def desk_cases(actor: Actor, tab: str, queue_ids: Collection[int]) -> QuerySet[Application]:
    """The cases of one tab. Order and pages are the caller's (`due_on`, then `id`)."""
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
    return cases.annotate(has_alarm=Exists(red_line)).select_related("item", "item__department")


def in_hands_of(actor: Actor, queue_ids: Collection[int]) -> ApplicationQuerySet:
    """The cases this officer took and can work on now."""
    return Application.objects.filter(
        queue_id__in=queue_ids, claimed_by=actor.account_id, state=State.ACCEPTED
    )


def desk_figures(actor: Actor, queue_ids: Collection[int], today: date) -> DeskFigures:
    """Two queries: one's own cases are few, the office's are counted up to a hundred."""
    counts = in_hands_of(actor, queue_ids).aggregate(
        in_hand=Count("pk"),
        due_today=Count("pk", filter=Q(due_on=today)),
        late=Count("pk", filter=Q(due_on__lt=today)),
    )
    free = Application.objects.filter(queue_id__in=queue_ids).unclaimed()
    return DeskFigures(**counts, unclaimed=free[: COUNT_UP_TO + 1].count())


def find_at_desk(actor: Actor, reference: str) -> Application | None:
    """A case of one's own office by its number; unknown and foreign ones are both None."""
    queue_ids = workable_queue_ids(actor)
    cases = Application.objects.exclude(state=State.DRAFT)
    return cases.filter(reference=reference, queue_id__in=queue_ids).first()


def escalations_before(actor: Actor) -> QuerySet[Escalation]:
    """What waits for the superiors of this officer's department."""
    if actor.capacity is not Capacity.SUPERIOR:
        return Escalation.objects.none()
    waiting = Escalation.objects.filter(
        answer="", department__code=actor.department_code, application__state=State.ESCALATED
    )
    return waiting.select_related("application__item")


def alarms_visible_to(actor: Actor) -> QuerySet[Alarm]:
    """Every red line for supervisors, those of the own department for superiors."""
    alarms = Alarm.objects.select_related("application__item", "rule")
    alarms = alarms.select_related("application__queue__department")
    if actor.capacity is Capacity.SUPERVISOR:
        return alarms
    if actor.capacity is Capacity.SUPERIOR:
        return alarms.filter(application__queue__department__code=actor.department_code)
    return alarms.none()
