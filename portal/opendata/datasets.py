"""The data sets anybody may take: the same for everybody, without asking."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.kept import kept
from catalog.models import Release, ServiceItem
from portal.opendata.figures import FEWEST, Shown, public_figures
from portal.spreadsheet import as_csv

LICENCE = "Apache-2.0"
LICENCE_ADDRESS = "https://www.apache.org/licenses/LICENSE-2.0"
ITEM_COLUMNS = (
    "code",
    "name",
    "name_en",
    "department_code",
    "department",
    "item_type",
    "audience",
    "basic_code",
    "local_code",
    "status",
    "guide_published",
    "guide_is_sample",
    "online",
    "promised_limit",
    "limit_unit",
)
FIGURE_COLUMNS = ("code", "name", "name_en", "department", "received", "decided", "late")


def items_json() -> bytes:
    return _items_json(timezone.localdate())


def items_csv() -> bytes:
    return _items_csv(timezone.localdate())


def figures_csv() -> bytes:
    """One line an item, each with the moment of counting; "<10" where the group is withheld."""
    figures = public_figures()
    counted = timezone.localtime(figures.counted_at).isoformat(timespec="seconds")
    return as_csv(
        [*FIGURE_COLUMNS, "counted_at", "licence"],
        (
            [item.code, item.name, item.name_en, item.department]
            + [_cell(number) for number in (item.received, item.decided, item.late)]
            + [counted, LICENCE]
            for item in figures.items
        ),
    )


def _cell(number: Shown) -> str:
    return f"<{FEWEST}" if number is None else str(number)


@kept
def _items_json(today: date) -> bytes:
    about = {
        "title": {"zh": "政务服务事项", "en": "Service items"},
        "publisher": {
            "zh": settings.PORTAL_PLACE_NAME["zh-hans"],
            "en": settings.PORTAL_PLACE_NAME["en"],
        },
        "licence": {"name": LICENCE, "address": LICENCE_ADDRESS},
        "as_of": today.isoformat(),
        "sample": settings.PORTAL_SAMPLE,
    }
    return json.dumps({"about": about, "items": list(_items(today))}, ensure_ascii=False).encode()


@kept
def _items_csv(today: date) -> bytes:
    rows = ([*item.values(), today.isoformat(), LICENCE] for item in _items(today))
    return as_csv([*ITEM_COLUMNS, "as_of", "licence"], rows)


def _items(today: date) -> Iterator[dict[str, Any]]:
    in_force = Release.objects.in_force(today)
    guides = {release.item_id: release for release in in_force}
    offered = ServiceItem.objects.offered().select_related("department").order_by("code")
    for item in offered:
        guide = guides.get(item.pk)
        content = guide.content if guide else {}
        promised = content.get("limits", {}).get("promised") or {}
        values = (
            item.code,
            item.name,
            item.name_en,
            item.department.code,
            item.department.name,
            item.item_type,
            item.audience,
            item.basic_code,
            item.local_code,
            item.status,
            guide is not None,
            guide.is_sample if guide else None,
            content.get("online"),
            promised.get("amount"),
            promised.get("unit"),
        )
        yield dict(zip(ITEM_COLUMNS, values, strict=True))
