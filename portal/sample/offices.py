"""The offices of the sample: a queue for each department that has a step, and who works it."""

from django.contrib.auth.models import Group

from applications.access import WORK_QUEUE
from applications.models import Queue
from catalog.models import Department, Release
from identity.models import Account, Posting
from identity.rights import grant


def open_offices() -> int:
    """Make missing queues and groups, and put the clerks into them; the number of offices."""
    offices = Department.objects.filter(code__in=_departments_of_steps()).order_by("pk")
    for office in offices:
        queue, _ = Queue.objects.get_or_create(department=office, defaults={"code": office.code})
        group, _ = Group.objects.get_or_create(name=f"{office.name} · 办件")
        grant(group, WORK_QUEUE, queue)
        group.user_set.add(*_clerks_of(office))
    return len(offices)


def _departments_of_steps() -> set[str]:
    """The codes of all who have a step in a published release."""
    plans = Release.objects.published().values_list("content__steps", flat=True)
    return {step["department"] for steps in plans for step in steps or ()}


def _clerks_of(office: Department) -> list[Account]:
    postings = Posting.objects.in_force().filter(department=office, capacity=Posting.Capacity.CLERK)
    return [posting.account for posting in postings.select_related("account")]
