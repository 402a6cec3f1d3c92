"""What the portal says in public about its own work: true, and nothing about anybody.

A group of fewer than ten cases is withheld. Where only one group would be, the next smallest is
withheld as well, because the total would give the first away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.utils import timezone

from applications.models import Application
from applications.states import ENDED, OPEN, State
from catalog.models import Release, ServiceItem

FEWEST = 10
WITHHELD = None
KEPT_SECONDS = 600
COLUMNS = ("received", "decided", "late")

Shown = int | None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item of one office. A figure that is None is withheld."""

    code: str
    name: str
    name_en: str
    department: str
    department_en: str
    received: Shown
    decided: Shown
    late: Shown


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted at one moment."""

    counted_at: datetime
    received: Shown
    decided: Shown
    open: Shown
    late: Shown
    items: list[ItemFigures]
    offered: int
    with_guide: int


def public_figures() -> Figures:
    """The figures, counted at most every ten minutes."""
    kept: Figures | None = cache.get("open:figures")
    if kept is None:
        kept = count()
        cache.set("open:figures", kept, KEPT_SECONDS)
    return kept


def count() -> Figures:
    """Count now."""
    rows = list(_rows())
    counted = {column: {row[0]: row[i] for row in rows} for i, column in enumerate(COLUMNS, 1)}
    totals = {column: sum(values.values()) for column, values in counted.items()}
    shown = {column: withheld(values) for column, values in counted.items()}
    offered = ServiceItem.objects.offered()
    return Figures(
        counted_at=timezone.now(),
        received=shown_or_withheld(totals["received"]),
        decided=shown_or_withheld(totals["decided"]),
        open=shown_or_withheld(Application.objects.open().count()),
        late=shown_or_withheld(totals["late"]),
        items=_items(shown, order=counted["received"]),
        offered=offered.count(),
        with_guide=Release.objects.in_force(timezone.localdate()).count(),
    )


def shown_or_withheld(number: int) -> Shown:
    return number if number == 0 or number >= FEWEST else WITHHELD


def withheld(values: dict[int, int]) -> dict[int, Shown]:
    """The same groups, without those that are too small to be shown safely beside their total."""
    shown = {group: shown_or_withheld(number) for group, number in values.items()}
    hidden = [group for group, number in shown.items() if number is WITHHELD]
    if len(hidden) == 1:
        others = [group for group, number in shown.items() if number]
        if others:
            shown[min(others, key=lambda group: (values[group], group))] = WITHHELD
    return shown


def _rows() -> Iterable[tuple[int, int, int, int]]:
    """Item, cases handed in, decided, and late: decided after the promised date or overdue now."""
    decided_late = Q(decided_at__date__gt=F("due_on"))
    overdue = Q(state__in=sorted(OPEN), due_on__lt=timezone.localdate())
    return (
        Application.objects.filter(submitted_at__isnull=False)
        .values("item_id")
        .annotate(
            received=Count("pk"),
            decided=Count("pk", filter=Q(state__in=sorted(ENDED - {State.WITHDRAWN}))),
            late=Count("pk", filter=decided_late | overdue),
        )
        .values_list("item_id", *COLUMNS)
    )


def _items(shown: dict[str, dict[int, Shown]], order: dict[int, int]) -> list[ItemFigures]:
    """Every item somebody asked for, the most wanted first; withheld ones by their code."""
    received = shown["received"]
    items = ServiceItem.objects.filter(pk__in=order).select_related("department")
    return [
        ItemFigures(
            code=item.code,
            name=item.name,
            name_en=item.name_en,
            department=item.department.name,
            department_en=item.department.name_en,
            received=received[item.pk],
            decided=shown["decided"][item.pk],
            late=shown["late"][item.pk],
        )
        for item in sorted(items, key=lambda item: (-(received[item.pk] or 0), item.code))
    ]
