"""The exceptions of the working calendar, for the years that were announced."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import chinese_calendar
from chinese_calendar import constants

from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from catalog.loading.report import FileReport
from catalog.loading.upsert import bring
from catalog.models import CalendarDay

FIRST_YEAR = 2024
SATURDAY = 5
LOADED = "calendar.loaded"
LOADING = Actor.system("working calendar")
HOLIDAYS: dict[str, str] = {one.value: one.chinese for one in constants.Holiday}


def load_calendar() -> FileReport:
    """Bring in weekdays off and weekend days worked, as announced by the State Council. What it
    changes is one entry; so it runs in a transaction."""
    report = FileReport("working calendar")
    wanted: dict[str, dict[str, Any]] = {}
    for day, worked, name in announced_exceptions():
        report.read += 1
        wanted[day] = {"is_worked": worked, "name": name, "provisional": False}  # type: ignore[index]
    bring(CalendarDay, "day", wanted, report)
    if report.made or report.changed:
        detail = {"made": report.made, "changed": report.changed}
        record(actor=LOADING, verb=LOADED, purpose=Purpose.duty("tables"), detail=detail)
    return report


def announced_exceptions() -> Iterator[tuple[date, bool, str]]:
    """Days that are not what their weekday says, with the holiday they belong to."""
    last = max(constants.holidays).year
    day = date(FIRST_YEAR, 1, 1)
    while day.year <= last:
        worked = chinese_calendar.is_workday(day)
        if worked is not (day.weekday() < SATURDAY):
            holiday = constants.holidays.get(day) or constants.workdays.get(day) or ""
            yield day, worked, str(holiday)
        day += timedelta(days=1)
