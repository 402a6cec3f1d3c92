"""What a process keeps of the catalogue between requests, while the catalogue stands still.

The catalogue is read a thousand times for each time it changes. Its mark moves with every change
(a trigger, migration 0003), so one short statement says whether what is kept still holds.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

AT_MOST = 4096

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Read = Callable[Given, Answer]
_asked: ContextVar[tuple[UUID | None, date] | None] = ContextVar("asked", default=None)


def current_mark() -> UUID | None:
    """The mark of the catalogue as this transaction sees it; None while nothing was ever loaded."""
    with connection.cursor() as cursor:
        cursor.execute("select mark from catalog_catalogversion")
        row = cursor.fetchone()
    return row[0] if row else None


def kept(read: Read[Given, Answer]) -> Read[Given, Answer]:
    """Keep the answers of a selector in this process until the catalogue changes.

    Arguments are codes and days, never rows. Whoever gets a kept answer must not change it. What
    raises is not kept. Nothing outlives the day: most answers name one.
    """
    held: tuple[UUID | None, date] | None = None

    @lru_cache(maxsize=AT_MOST)
    def at_mark(_mark: UUID | None, *given: Given.args, **named: Given.kwargs) -> Answer:
        return read(*given, **named)

    @wraps(read)
    def answered(*given: Given.args, **named: Given.kwargs) -> Answer:
        nonlocal held
        now = _asked.get() or (current_mark(), timezone.localdate())
        if now != held:  # what was kept before would only fill the memory
            at_mark.cache_clear()
            held = now
        token = _asked.set(now)  # what is read for this answer asks no second time
        try:
            return at_mark(now[0], *given, **named)  # type: ignore[arg-type]
        finally:
            _asked.reset(token)

    return answered
