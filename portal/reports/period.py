"""The weeks reports are about: Monday to Sunday, in the portal's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the first and the last included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return _midnight(self.last + DAY)

    def over_before(self, today: date) -> date:
        """Every day before this one is over, as far as the period has come today."""
        return min(self.last + DAY, today)

    def week_before(self) -> "Period":
        """The same days one week earlier, so that half a week is compared with half a week."""
        return Period(self.first - WEEK, self.last - WEEK)


def last_full_week(today: date) -> Period:
    monday = _monday(today)
    return Period(monday - WEEK, monday - DAY)


def week_so_far(today: date) -> Period:
    return Period(_monday(today), today)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
