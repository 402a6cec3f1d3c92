"""The week of an officer as a drawing: a row for each day, the hours from left to right.

Across, places are parts of the width, so that the drawing fits a telephone without getting smaller:
letters and dots keep their size, only the hours move together. Down, they are pixels. Numbers leave
here as text, so that no language's way of writing them gets into the picture.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from math import sqrt

from django.utils import timezone

from audit.room.officer_week import Mark
from audit.room.weeks import Week
from audit.sentinel.events import OfficeHours

LEFT, RIGHT = 18.0, 89.0  # in hundredths of the width; days stand before it, their sums after it
TOP, ROW = 8, 26
HOURS = 24
LABELLED = range(0, HOURS, 3)
LANES = 5  # marks of one moment are spread over so many heights
DOT, RED = 3.0, 4.5
LARGEST = 10.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark: its place, its size, and whether a look without a case is in it."""

    x: str
    y: str
    r: str
    is_red: bool


@dataclass(frozen=True, slots=True)
class Shade:
    """Time in which the office does not work."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Row:
    """One day: its words and its sum of acts stand at `text_y`, the line under it at `line_y`."""

    day: date
    acts: int
    text_y: str
    line_y: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything that is drawn."""

    rows: list[Row]
    hours: list[tuple[str, int]]
    shades: list[Shade]
    dots: list[Dot]


def draw(week: Week, marks: Sequence[Mark], hours: OfficeHours) -> Strip:
    """The drawing of a week; what is red lies on top."""
    acts: dict[date, int] = defaultdict(int)
    for mark in marks:
        acts[timezone.localdate(mark.at)] += mark.acts
    rows = [
        Row(day, acts[day], _text(TOP + ROW * number + 18), _text(TOP + ROW * (number + 1)))
        for number, day in enumerate(week.days)
    ]
    shades = [
        shade
        for number, day in enumerate(week.days)
        for shade in _shades(number, _spans_off(hours, day))
    ]
    dots = [_dot(week, mark, number) for number, mark in enumerate(marks)]
    dots.sort(key=lambda one: one.is_red)
    return Strip(rows, [(_part(_x(hour)), hour) for hour in LABELLED], shades, dots)


def _spans_off(hours: OfficeHours, day: date) -> list[tuple[float, float]]:
    """Between which hours of this day the office is closed."""
    if not hours.calendar.is_working_day(day):
        return [(0, HOURS)]
    return [(0, _hour(hours.opens)), (_hour(hours.closes), HOURS)]


def _hour(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _shades(number: int, spans: Sequence[tuple[float, float]]) -> list[Shade]:
    return [
        Shade(_part(_x(begin)), _text(TOP + ROW * number), _part(_x(end) - _x(begin)), _text(ROW))
        for begin, end in spans
    ]


def _dot(week: Week, mark: Mark, number: int) -> Dot:
    at = timezone.localtime(mark.at)
    hour = at.hour + at.minute / 60 + at.second / 3600
    row = (at.date() - week.monday).days
    lane = (number % LANES + 1) / (LANES + 1)
    size = RED if mark.without_case else DOT
    if mark.acts > 1:  # an hour: in its middle, the larger the more
        hour, lane = at.hour + 0.5, 0.5
        size = min(size + sqrt(mark.acts) / 2, LARGEST)
    return Dot(
        _part(_x(hour)), _text(TOP + ROW * (row + lane)), _text(size), bool(mark.without_case)
    )


def _x(hour: float) -> float:
    return LEFT + (RIGHT - LEFT) * hour / HOURS


def _part(hundredths: float) -> str:
    return f"{hundredths:.2f}%"


def _text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
