"""A report in words and lines, the same on the page, in the mail and in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.text import Text
from portal.desk.trail_words import purpose_in_words
from portal.reports.models import Report
from portal.reports.period import Period

NAMES: dict[str, Promise] = {
    "received": gettext_lazy("Came in: handed in, or passed on to this office"),
    "decided": gettext_lazy("Decided"),
    "granted": gettext_lazy("of these granted"),
    "not_granted": gettext_lazy("of these not granted"),
    "open_at_end": gettext_lazy("Still in hand at the end"),
    "late_decided": gettext_lazy("Decided after the promised date"),
    "late_open": gettext_lazy("Not decided, and the promised date is past"),
    "median_days": gettext_lazy("Days from handing in to the decision (median)"),
    "red_lines": gettext_lazy("Red lines"),
    "views": gettext_lazy("Looks at people's data"),
    "views_without_case": gettext_lazy("of these without a case"),
}
PLACES: dict[str, Promise] = {
    "applicant": gettext_lazy("With the applicant, who was asked for something"),
    "department": gettext_lazy("With this department"),
    "superior": gettext_lazy("With a superior"),
    "elsewhere": gettext_lazy("With another department"),
}
UNFLATTERING = frozenset({"late_decided", "late_open", "red_lines", "views_without_case"})


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its name, and the same figure of the week before where there is one."""

    name: str
    value: float | int | None
    before: float | int | None = None
    change: float | int | None = None
    bad: bool = False
    lang: str = ""


def figure_lines(report: Report) -> list[Line]:
    now, before = report.content["figures"], report.content["before"]
    return [
        Line(
            str(name),
            _plain(now.get(key)),
            _plain(before.get(key)),
            _plain(_change(now.get(key), before.get(key))),
            _bad(key, now.get(key)),
        )
        for key, name in NAMES.items()
    ]


def compared(report: Report) -> str:
    """Which days the column of the week before is about, in a sentence."""
    before = Period(report.period_from, report.period_to).week_before()
    days = dict.fromkeys(
        date_format(day, "SHORT_DATE_FORMAT") for day in (before.first, before.last)
    )
    told = _("“Week before” is the same days one week earlier: %(days)s.")
    return told % {"days": " – ".join(days)}


def waiting_lines(report: Report) -> list[Line]:
    """Where late cases waited longest."""
    rows = report.content["waiting"]
    return [Line(str(PLACES[row["where"]]), row["cases"]) for row in rows]


def red_lines(report: Report) -> list[Line]:
    return [_red_line(row) for row in report.content["red_lines"]]


def _red_line(row: dict[str, Any]) -> Line:
    title = Text.read(row["title"])
    lang = "zh-Hans" if title.is_foreign else ""
    return Line(f"{row['code']} {title}", row["cases"], lang=lang)


def view_lines(report: Report) -> list[Line]:
    """By officer code. Shown in the back office, never mailed."""
    return [
        Line(f"{row['officer']} · {_reason(row['purpose'])}", row["views"])
        for row in report.content["views"]
    ]


def no_views(report: Report) -> str:
    """What a report without loose views says: nothing was looked at, or all of it had its cause."""
    if report.content["figures"].get("views") == 0:
        return _("Nobody looked at anybody's data.")
    return _("Every view belonged to a case or to a task of the office.")


def _reason(code: str) -> str:
    return purpose_in_words("reason", code) if code else _("no reason given")


def header() -> list[str]:
    return [_("Part"), _("What"), _("This week"), _("Week before")]


def rows(report: Report, *, with_officers: bool) -> Iterator[list[object]]:
    """The report as a table."""
    parts = [
        (_("Figures"), figure_lines(report)),
        (_("Where late cases waited longest"), waiting_lines(report)),
        (_("Red lines"), red_lines(report)),
    ]
    if with_officers:
        parts.append((_("Looks without a case"), view_lines(report)))
    for part, lines in parts:
        for line in lines:
            yield [part, line.name, line.value, line.before]


def late(report: Report) -> int:
    """All late cases of the week, decided or not."""
    now = report.content["figures"]
    return int(now["late_decided"] + now["late_open"])


def _change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else round(now - before, 1)


def _plain(number: float | None) -> float | int | None:
    """A whole number is written without a point."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _bad(key: str, value: float | None) -> bool:
    return key in UNFLATTERING and bool(value)
