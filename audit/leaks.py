"""Tracing a leak: who looked at those whose data came out, and how many they look at anyway."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from audit.kernel.actors import STAFF_CAPACITIES, Actor
from audit.models import AuditEntry, AuditSubject
from audit.selectors import entries_visible_to

MAX_OFFICERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """One officer: how many of the people asked about were seen, and how many in all.

    Whoever handles many cases has seen many people; without `seen_in_all` the first number says
    nothing. Neither number says that somebody passed anything on.
    """

    officer: str
    department: str
    matched: int
    seen_in_all: int
    last_at: datetime


def viewers_of(
    actor: Actor, subjects: Collection[UUID], since: datetime, until: datetime
) -> list[Viewer]:
    """Officers who looked at any of these people in this time, those who saw most of them first."""
    looks = (
        entries_visible_to(actor)
        .filter(at__gte=since, at__lt=until, capacity__in=sorted(STAFF_CAPACITIES))
        .exclude(outcome="refused")
        .exclude(verb__in=["trail.viewed", "trail.leak_traced"])
    )
    seen = _seen_by_officer(looks, subjects)
    in_all = _persons_by_officer(looks, [label for label, _ in seen])
    viewers = [
        Viewer(
            officer=label,
            department=department,
            matched=len({subject for subject, _ in found}),
            seen_in_all=in_all.get(label, 0),
            last_at=max(at for _, at in found),
        )
        for (label, department), found in seen.items()
    ]
    viewers.sort(key=lambda one: (-one.matched, one.seen_in_all, one.officer))
    return viewers[:MAX_OFFICERS]


def _seen_by_officer(
    looks: QuerySet[AuditEntry], subjects: Collection[UUID]
) -> dict[tuple[str, str], list[tuple[UUID, datetime]]]:
    rows = AuditSubject.objects.filter(subject__in=subjects, entry_id__in=looks.values("id"))
    pairs = list(rows.values_list("entry_id", "subject"))
    entries = AuditEntry.objects.in_bulk([entry_id for entry_id, _ in pairs])
    seen: dict[tuple[str, str], list[tuple[UUID, datetime]]] = defaultdict(list)
    for entry_id, subject in pairs:
        entry = entries[entry_id]
        seen[entry.actor_label, entry.department].append((subject, entry.at))
    return seen


def _persons_by_officer(looks: QuerySet[AuditEntry], officers: list[str]) -> dict[str, int]:
    """How many different people each of these officers looked at in the same time."""
    of_entry = AuditEntry.objects.filter(pk=OuterRef("entry_id")).values("actor_label")
    rows = (
        AuditSubject.objects.filter(
            entry_id__in=looks.filter(actor_label__in=officers).values("id")
        )
        .annotate(officer=Subquery(of_entry[:1]))
        .values("officer")
        .annotate(persons=Count("subject", distinct=True))
    )
    return {row["officer"]: row["persons"] for row in rows}
