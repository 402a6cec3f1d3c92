"""Walking a case along the steps its release plans.

A case stands in exactly one queue and is held by exactly one party. The engine moves both together.
"""

from datetime import datetime

from applications.models import Application, Holder, Queue, Step
from applications.workflow.holders import hold
from applications.workflow.registry import StepKind, steps
from audit.kernel.actors import Actor
from catalog.models import Department
from catalog.schema.definition import Definition


def begin(application: Application, definition: Definition, at: datetime) -> Step:
    """Lay out the steps of a case that is being handed in and open the first one."""
    departments = Department.objects.in_bulk(
        [plan.department for plan in definition.steps], field_name="code"
    )
    steps_planned = [
        Step(
            application=application,
            order=order,
            code=plan.code,
            kind=plan.kind,
            department=departments[plan.department],
        )
        for order, plan in enumerate(definition.steps, start=1)
    ]
    first = steps_planned[0]
    _open(application, first, at)
    Step.objects.bulk_create(steps_planned)
    return first


def advance(application: Application, actor: Actor, at: datetime) -> Step | None:
    """Close the open step and open the next; None when it was the last. Saves no application."""
    current = open_step(application)
    current.state = Step.State.DONE
    current.done_at = at
    current.done_by = actor.account_id
    current.done_label = actor.label
    current.save(update_fields=["state", "done_at", "done_by", "done_label"])
    following = (
        Step.objects.select_related("department")
        .filter(application=application, order__gt=current.order, state=Step.State.WAITING)
        .order_by("order")
        .first()
    )
    if following is not None:
        _open(application, following, at)
        following.save(update_fields=["state", "opened_at"])
    return following


def open_step(application: Application) -> Step:
    """The step at which the case stands."""
    return Step.objects.select_related("department").get(
        application=application, state=Step.State.OPEN
    )


def kind_of(step: Step) -> type[StepKind]:
    return steps.get(step.kind)


def _open(application: Application, step: Step, at: datetime) -> None:
    """Open a step: the case goes to that office's queue and waits there. Saves neither."""
    step.state = Step.State.OPEN
    step.opened_at = at
    application.queue, _made = Queue.objects.get_or_create(
        department=step.department, defaults={"code": step.department.code}
    )
    application.claimed_by = None
    application.claimed_label = ""
    hold(application, kind=Holder.Kind.DEPARTMENT, department=step.department, at=at)
