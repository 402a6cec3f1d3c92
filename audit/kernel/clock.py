"""Working days. Which days are exceptions is data and comes from the caller."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
LONGEST = timedelta(days=21)
"""Five working days lie within three weeks, whatever holidays are announced."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Weekends are off and other days are worked, but for the days named here.

    China announces holidays and the weekend days worked in exchange year by year (State
    Council notice on the year's holidays); days beyond `announced_until` are therefore
    provisional.
    """

    days_off: Collection[date] = field(default_factory=frozenset)
    days_worked: Collection[date] = field(default_factory=frozenset)
    announced_until: date | None = None

    def is_working_day(self, day: date) -> bool:
        if day in self.days_worked:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def is_provisional(self, day: date) -> bool:
        return self.announced_until is not None and day > self.announced_until


def working_days_after(start: date, days: int, calendar: WorkCalendar) -> date:
    """The last day of a limit of `days` working days that begins to run the day after `start`.

    The day of the event itself is not counted (Civil Code, article 201). Zero days is `start`
    itself if it is worked, else the next working day.
    """
    if days < 0:
        raise ValueError(f"a limit cannot be negative: {days}")
    day = start
    if days == 0:
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
        return day
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


def to_be_judged_by(start: date, days: int, calendar: WorkCalendar) -> date:
    """The last day for whoever judges something; never later than three weeks, whatever the
    calendar says. The database takes no later one, so that days off put no judgement off."""
    return min(working_days_after(start, days, calendar), start + LONGEST)


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """How many working days lie after `start` up to and including `end`; 0 if `end` is earlier."""
    span = (end - start).days
    return sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, span + 1))
