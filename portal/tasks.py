"""What beat starts for the rooms that look across the product. Hints carry no data and expire."""

from celery import shared_task
from django.utils import timezone

from audit.transaction import in_one_transaction
from portal.health.alarms import log_alarms
from portal.health.checks import beat
from portal.reports.make import make_weekly_reports


@shared_task(expires=60, ignore_result=True)
def heartbeat() -> None:
    """Say that beat and the worker live."""
    with in_one_transaction():
        beat()


@shared_task(expires=50, ignore_result=True)
def watch() -> int:
    """Say in the log what is wrong, every minute while it is."""
    return log_alarms()


@shared_task(expires=3600, ignore_result=True)
def weekly_reports() -> int:
    """Make what is missing of last week's reports; however often started, each is made once."""
    return make_weekly_reports(timezone.localdate())
