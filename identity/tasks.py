"""What beat starts for people, questions and holds. Hints carry no data and expire."""

from celery import shared_task
from django.utils import timezone

from audit.transaction import in_one_transaction
from identity.actions.end_hold import end_holds_over_time
from identity.actions.mark_households import mark_households
from identity.actions.pass_questions_on import pass_questions_on


@shared_task(expires=600, ignore_result=True)
def pass_on_questions() -> int:
    """Send questions nobody answered in time to the next office."""
    with in_one_transaction():
        return pass_questions_on(timezone.localdate())


@shared_task(expires=300, ignore_result=True)
def end_holds() -> int:
    """Write down which holds have ended by themselves."""
    with in_one_transaction():
        return end_holds_over_time()


@shared_task(expires=300, ignore_result=True)
def mark_unmarked_households() -> int:
    """Mark the households of people who were entered before there were marks, some at a time."""
    with in_one_transaction():
        return mark_households(job="sentinel")
