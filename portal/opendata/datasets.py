"""The data sets anybody may take: the same for everybody, without asking."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from catalog.models import CatalogVersion, Release, ServiceItem
from portal.opendata.figures import FEWEST, Shown, public_figures
from portal.spreadsheet import as_csv

LICENCE = "Apache-2.0"
LICENCE_ADDRESS = "https://www.apache.org/licenses/LICENSE-2.0"
KEPT_SECONDS = 3600
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
    return _kept("json", _items_json)


def items_csv() -> bytes:
    return _kept("csv", _items_csv)


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


def _kept(form: str, make: Callable[[], bytes]) -> bytes:
    """Made anew when the catalogue moves, and every day: releases come into force by date."""
    version = CatalogVersion.objects.values_list("number", flat=True).first() or 0
    key = f"open:items:{form}:{version}:{timezone.localdate()}"
    body: bytes | None = cache.get(key)
    if body is None:
        body = make()
        cache.set(key, body, KEPT_SECONDS)
    return body


def _items_json() -> bytes:
    about = {
        "title": {"zh": "政务服务事项", "en": "Service items"},
        "publisher": {
            "zh": settings.PORTAL_PLACE_NAME["zh-hans"],
            "en": settings.PORTAL_PLACE_NAME["en"],
        },
        "licence": {"name": LICENCE, "address": LICENCE_ADDRESS},
        "as_of": timezone.localdate().isoformat(),
        "sample": settings.PORTAL_SAMPLE,
    }
    return json.dumps({"about": about, "items": list(_items())}, ensure_ascii=False).encode()


def _items_csv() -> bytes:
    as_of = timezone.localdate().isoformat()
    rows = ([*item.values(), as_of, LICENCE] for item in _items())
    return as_csv([*ITEM_COLUMNS, "as_of", "licence"], rows)


def _items() -> Iterator[dict[str, Any]]:
    in_force = Release.objects.in_force(timezone.localdate())
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
