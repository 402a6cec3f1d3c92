"""Counting attempts across all processes: who tries too often is slowed down everywhere.

The count is kept in the database with the answer: a request that ends in a fault counts nothing.
"""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from identity.models import Tally

_COUNT = """
insert into identity_tally as t (key, count, until) values (%s, 1, now() + %s * interval '1 second')
on conflict (key) do update set
  count = case when t.until <= now() then 1 else t.count + 1 end,
  until = case when t.until <= now() then excluded.until else t.until end
returning count
"""


def count_one(what: str, who: str, *, seconds: int) -> int:
    """Count one more attempt, and say how many it are in this stretch of time."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(what, who), seconds])
        counted: int = cursor.fetchone()[0]
    if counted == 1:
        Tally.objects.filter(until__lt=timezone.now()).delete()
    return counted


def counted(what: str, who: str) -> int:
    """How many attempts there were, without counting one."""
    live = Tally.objects.filter(key=_key(what, who), until__gt=timezone.now())
    return live.values_list("count", flat=True).first() or 0


def address_of(request: HttpRequest) -> str:
    """The visitor's address: what a trusted proxy says it is, else whoever is connected."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUSTED_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _key(what: str, who: str) -> str:
    return f"{what}:{salted_hmac('identity.tally', who).hexdigest()}"
