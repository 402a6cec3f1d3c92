"""Days, and weeks as people and calendars name them (ISO 8601), in the portal's time zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAYS = 7
LAST_DAY = date.max - timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2100
_WRITTEN = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def read(cls, written: str, today: date) -> "Week":
        """The week of a name such as 2026-W47; what names none is the week of `today`."""
        found = _WRITTEN.fullmatch(written)
        if found is None or not FIRST_YEAR <= int(found[1]) < LAST_YEAR:
            return cls.of(today)
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            return cls.of(today)

    @property
    def code(self) -> str:
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=number) for number in range(DAYS)]

    @property
    def sunday(self) -> date:
        return self.days[-1]

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return first_moment(self.monday)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.plus(1).start

    def plus(self, weeks: int) -> "Week":
        return Week(self.monday + timedelta(weeks=weeks))


def first_moment(day: date) -> datetime:
    """When a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def last_moment(day: date) -> datetime:
    """The first moment after a day; the last day of the calendar has none after it."""
    return first_moment(min(day, LAST_DAY) + timedelta(days=1))
