"""What the worker does for the outbox and for the trail. Hints carry no data and expire."""

from celery import shared_task

from audit.exports.expire import expire_exports
from audit.outbox import take_all
from audit.sealing.mail import promise_heads
from audit.searches import forget_searches
from audit.sentinel.watch import look_again, watch
from audit.transaction import in_one_transaction


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


@shared_task(expires=1800, ignore_result=True)
def look_at_the_trail_again() -> int:
    """Let the sentinel look a second time, whatever it is said to have read."""
    return look_again()


@shared_task(expires=600, ignore_result=True)
def expire_files() -> None:
    """Files of the trail are deleted in time, and requests nobody answered end."""
    with in_one_transaction():
        expire_exports()


@shared_task(expires=200, ignore_result=True)
def mail_heads() -> int:
    """A head a day to every witness that reads mail; also when an epoch begins or a key changes."""
    with in_one_transaction():
        return promise_heads()


@shared_task(expires=3000, ignore_result=True)
def forget() -> int:
    """Delete kept searches and sessions that have run out."""
    with in_one_transaction():
        return forget_searches()
