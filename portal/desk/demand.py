"""What people ask for, counted from the cases themselves."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from applications.models import Application
from applications.states import OPEN, State
from catalog.models import ServiceItem
from portal.home.selectors import online_releases

DAYS = 30
MOST = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """One item: forms begun, cases handed in, still open."""

    item: ServiceItem
    begun: int
    handed_in: int
    open: int


def most_wanted() -> list[Wanted]:
    """The items most asked for in the last thirty days."""
    since = timezone.now() - timedelta(days=DAYS)
    rows = list(
        Application.objects.filter(created_at__gte=since)
        .values("item_id")
        .annotate(
            begun=Count("pk"),
            handed_in=Count("pk", filter=Q(submitted_at__isnull=False)),
            open=Count("pk", filter=Q(state__in=sorted(OPEN))),
        )
        .order_by("-handed_in", "-begun", "item_id")[:MOST]
    )
    items = ServiceItem.objects.select_related("department").in_bulk(
        [row["item_id"] for row in rows]
    )
    return [
        Wanted(items[row["item_id"]], row["begun"], row["handed_in"], row["open"]) for row in rows
    ]


def never_wanted() -> int:
    """How many items that are done online from start to end nobody has ever begun a form for."""
    return online_releases(timezone.localdate()).filter(item__applications=None).count()


def late_now() -> int:
    """Cases past their promised date today."""
    today = timezone.localdate()
    return (
        Application.objects.open().exclude(state=State.CORRECTING).filter(due_on__lt=today).count()
    )
