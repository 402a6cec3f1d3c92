"""The offices of the sample: a queue for each department that has a step, worked by its clerks."""

from applications.access import WORK_QUEUE
from applications.models import Queue
from catalog.models import Department, Release
from identity.models import Posting
from identity.rights import grant, group_of_post


def open_offices() -> int:
    """Make missing queues and let the clerks' groups work them; the number of offices.

    Who belongs to a group of clerks is settled by the postings and by nothing else.
    """
    offices = Department.objects.filter(code__in=_departments_of_steps()).order_by("pk")
    for office in offices:
        queue, _ = Queue.objects.get_or_create(department=office, defaults={"code": office.code})
        grant(group_of_post(Posting.Capacity.CLERK, office), WORK_QUEUE, queue)
    return len(offices)


def _departments_of_steps() -> set[str]:
    """The codes of all who have a step in a published release."""
    plans = Release.objects.published().values_list("content__steps", flat=True)
    return {step["department"] for steps in plans for step in steps or ()}
