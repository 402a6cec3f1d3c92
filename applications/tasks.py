"""What beat starts for cases. Hints carry no data and expire."""

from celery import shared_task
from django.utils import timezone

from applications.actions.free_left import free_left_cases
from applications.actions.keep_named import keep_named_of_earlier
from applications.attachments.sweep import sweep_files


@shared_task(expires=300, ignore_result=True)
def free_left() -> int:
    """Give the cases of officers who left back to their offices."""
    return free_left_cases()


@shared_task(expires=3600, ignore_result=True)
def sweep_lost_files() -> int:
    """Remove files that have no row."""
    return sweep_files(timezone.now())


@shared_task(expires=300, ignore_result=True)
def name_others() -> int:
    """Look who is named in cases handed in before that was kept, some at a time."""
    return keep_named_of_earlier()
