"""A day."""

import re
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

WRITTEN = re.compile(r"([0-9]{4})[-/.年 ]([0-9]{1,2})[-/.月 ]([0-9]{1,2})日?")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
EARLIEST = date(1900, 1, 1)


@kinds.register("date")
class Day(Kind):
    """A day, kept as year-month-day. `x-past` and `x-future` hold it on one side of today."""

    control = "date"
    inputmode = "numeric"
    width = "w-m"

    def parse(self, raw: str, schema: Constraints) -> Any:
        written = WRITTEN.fullmatch(raw) or COMPACT.fullmatch(raw)
        try:
            day = date(*(int(part) for part in written.groups())) if written else None
        except ValueError:
            day = None
        if day is None or day < EARLIEST:
            raise Unreadable(
                _("Please write a day that exists, year first, for example 2026-03-05.")
            )
        today = timezone.localdate()
        if schema.get("x-past") and day > today:
            raise Unreadable(_("This day is still to come. Please write a day up to today."))
        if schema.get("x-future") and day < today:
            raise Unreadable(_("This day is over. Please write today or a later day."))
        return day.isoformat()

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        fragment: dict[str, Any] = {"type": "string", "format": "date"}
        for side in ("past", "future"):
            if constraints.get(side):
                fragment[f"x-{side}"] = True
        return fragment

    def show(self, value: Any) -> str:
        return str(date_format(date.fromisoformat(value), "DATE_FORMAT"))
