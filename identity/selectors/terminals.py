"""On which devices officers work, and where each of them is at home."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min
from django.db.models.functions import TruncDate
from django.utils import timezone

from identity.models import Terminal

HABIT_DAYS = 60
USUAL_DAYS = 3  # on so many different days a device was used before it counts as the usual one


@dataclass(frozen=True, slots=True)
class Device:
    """A sign-in on a device; `is_strange` where the officer has a usual one and this is not it."""

    device: str
    first_seen: datetime
    is_strange: bool


def devices_of(sign_ins: Collection[str]) -> dict[str, list[Device]]:
    """For each sign-in its devices, oldest first. Two queries; programs have none."""
    rows = list(Terminal.objects.filter(sign_in__in=sign_ins).order_by("first_seen", "id"))
    usual = _usual({row.account_id for row in rows})
    found: dict[str, list[Device]] = defaultdict(list)
    for row in rows:
        home = {device for device, since in usual[row.account_id] if since < row.first_seen}
        is_strange = bool(home) and row.device not in home
        found[row.sign_in].append(Device(row.device, row.first_seen, is_strange))
    return dict(found)


def _usual(accounts: Collection[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """The devices used on several days of the last weeks, and since when."""
    since = timezone.now() - timedelta(days=HABIT_DAYS)
    rows = (
        Terminal.objects.filter(account__in=accounts, first_seen__gte=since)
        .values("account_id", "device")
        .annotate(days=Count(TruncDate("first_seen"), distinct=True), began=Min("first_seen"))
    )
    usual: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    for row in rows:
        if row["days"] >= USUAL_DAYS:
            usual[row["account_id"]].append((row["device"], row["began"]))
    return usual
