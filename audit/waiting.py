"""How much waits for somebody, as the menu of the back office says it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

NEVER = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many things wait for an answer, and how many of them are late."""

    open: int
    late: int


NOTHING = Waiting(0, 0)


def waiting_in(rows: QuerySet[Any], late: Q = NEVER) -> Waiting:
    """Count rows that wait, and those of them that `late` describes; one query."""
    found = rows.aggregate(open=Count("pk"), late=Count("pk", filter=late))
    return Waiting(found["open"], found["late"])
