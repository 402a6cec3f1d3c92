"""What the worker does for the outbox. Hints carry no data and expire."""

from celery import shared_task

from audit.outbox import take_all
from audit.sentinel.watch import watch


@shared_task(expires=30, ignore_result=True)
def nudge() -> int:
    """Something was promised just now."""
    return take_all()


@shared_task(expires=10, ignore_result=True)
def sweep() -> int:
    """Find what no hint reached."""
    return take_all()


@shared_task(expires=10, ignore_result=True)
def watch_the_trail() -> int:
    """Let the sentinel read what has been sealed since."""
    return watch()
