"""What a weekly report says about one department, computed from what the database knows.

Only figures, rule names and officer codes leave this module: nothing about applicants. It reads the
trail, so its callers record first.
"""

from collections import Counter
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from applications.models import Alarm, Application, Holder, Outcome, Step
from applications.states import State
from audit.kernel.actors import STAFF_CAPACITIES, PurposeKind
from audit.models import AuditEntry
from audit.selectors import NO_CASE, views_among
from audit.visits import COLUMNS, VISIT, told_apart
from catalog.models import Department
from portal.reports.period import Period

FORMAT = 1
ONE_DAY = timedelta(days=1)


class View(NamedTuple):
    """Whose look, and what for."""

    officer: str
    purpose_kind: str
    purpose: str


def content_for(department: Department, period: Period) -> dict[str, Any]:
    """The whole report as the model keeps it."""
    return {
        "format": FORMAT,
        "figures": figures(department, period),
        "before": figures(department, period.week_before()),
        "waiting": _where_late_cases_waited(department, period),
        "red_lines": _red_lines(department, period),
        "views": _by_officer(_without_case(_views(department, period))),
    }


def figures(department: Department, period: Period) -> dict[str, float | int | None]:
    """The figures that are compared week by week."""
    outcomes = _decided(department, period)
    results = Counter(outcomes.values_list("result", flat=True))
    open_at_end = _open_at_end(department, period)
    views = _views(department, period)
    return {
        "received": _received(department, period),
        "decided": results.total(),
        "granted": results[Outcome.Result.GRANTED],
        "not_granted": results[Outcome.Result.NOT_GRANTED],
        "open_at_end": open_at_end.count(),
        "late_decided": len(_decided_late(outcomes)),
        "late_open": _late(open_at_end, period).count(),
        "median_days": _median_days(outcomes),
        "red_lines": _alarms(department, period).count(),
        "views": views.total(),
        "views_without_case": _without_case(views).total(),
    }


def _received(department: Department, period: Period) -> int:
    """Cases that reached this department for the first time in the period, handed in or passed on.

    A further step here, or the way back from another department, brings no new case.
    """
    here = Step.objects.filter(department=department)
    before = here.filter(application=OuterRef("application"), opened_at__lt=period.begin)
    steps = here.filter(opened_at__gte=period.begin, opened_at__lt=period.end)
    return steps.exclude(Exists(before)).values("application").distinct().count()


def _decided(department: Department, period: Period) -> QuerySet[Outcome]:
    return Outcome.objects.filter(
        department=department, issued_at__gte=period.begin, issued_at__lt=period.end
    )


def _open_at_end(department: Department, period: Period) -> QuerySet[Application]:
    """Cases that had reached this department and had no decision when the period ended."""
    reached = Step.objects.filter(
        application=OuterRef("pk"), department=department, opened_at__lt=period.end
    )
    return (
        Application.objects.filter(Exists(reached), submitted_at__lt=period.end)
        .exclude(state__in=[State.DRAFT, State.WITHDRAWN])
        .exclude(decided_at__lt=period.end)
    )


def _late(open_at_end: QuerySet[Application], period: Period) -> QuerySet[Application]:
    """Of open cases those that are late, as everywhere in the portal: the promised day is over.

    In a past period it was over when the period ended; while the period runs, it is over now, so
    that a case due today still has today.
    """
    return open_at_end.filter(due_on__lt=period.over_before(timezone.localdate()))


def _decided_late(outcomes: QuerySet[Outcome]) -> list[Any]:
    """Ids of the cases whose decision came after the promised date."""
    rows = outcomes.values_list("application_id", "issued_at", "application__due_on")
    return [case for case, issued, due in rows if due and timezone.localdate(issued) > due]


def _median_days(outcomes: QuerySet[Outcome]) -> float | None:
    """Natural days from handing in to the decision, of the case in the middle."""
    taken = outcomes.values_list(F("issued_at") - F("application__submitted_at"), flat=True)
    days = [duration / ONE_DAY for duration in taken if duration is not None]
    return round(median(days), 1) if days else None


def _where_late_cases_waited(department: Department, period: Period) -> list[dict[str, Any]]:
    """For every late case, who held it longest, counted."""
    late = set(_decided_late(_decided(department, period)))
    overdue = _late(_open_at_end(department, period), period)
    late |= set(overdue.values_list("pk", flat=True))
    held: dict[Any, Counter[str]] = {}
    for row in Holder.objects.filter(application__in=late, since__lt=period.end):
        until = min(row.until or period.end, period.end)
        seconds = int((until - row.since).total_seconds())
        held.setdefault(row.application_id, Counter())[_place(row, department)] += seconds
    longest = Counter(places.most_common(1)[0][0] for places in held.values())
    return [{"where": where, "cases": cases} for where, cases in longest.most_common()]


def _place(holder: Holder, department: Department) -> str:
    if holder.kind == Holder.Kind.DEPARTMENT and holder.department_id != department.pk:
        return "elsewhere"
    return holder.kind


def _alarms(department: Department, period: Period) -> QuerySet[Alarm]:
    """Rules that stood against cases of this department, raised in the period."""
    here = Step.objects.filter(application=OuterRef("application"), department=department)
    return Alarm.objects.filter(Exists(here), raised_at__gte=period.begin, raised_at__lt=period.end)


def _red_lines(department: Department, period: Period) -> list[dict[str, Any]]:
    rows = (
        _alarms(department, period)
        .values("rule__code", "rule__title", "rule__title_en")
        .annotate(cases=Count("pk"))
        .order_by("-cases", "rule__code")
    )
    return [
        {
            "code": row["rule__code"],
            "title": {"zh": row["rule__title"], "en": row["rule__title_en"]},
            "cases": row["cases"],
        }
        for row in rows
    ]


def _views(department: Department, period: Period) -> Counter[View]:
    """What officers here saw of other people; an officer's own messages are nobody else's data."""
    entries = AuditEntry.objects.filter(
        department=department.code,
        capacity__in=sorted(STAFF_CAPACITIES),
        at__gte=period.begin - VISIT,
        at__lt=period.end,
    )
    seen = views_among(entries).exclude(purpose_kind=PurposeKind.OWN).order_by("at", "id")
    rows = seen.values_list(*COLUMNS, "purpose_kind", "purpose", named=True).iterator()
    return Counter(
        View(row.actor_label, row.purpose_kind, row.purpose)
        for row, is_part in told_apart(rows, period.begin)
        if not is_part
    )


def _without_case(views: Counter[View]) -> Counter[View]:
    """Views for a reason from the list or for none: no case and no task asked for them."""
    return Counter({one: count for one, count in views.items() if one.purpose_kind in NO_CASE})


def _by_officer(views: Counter[View]) -> list[dict[str, Any]]:
    """How often each officer looked, for each purpose; most often first."""
    found: Counter[tuple[str, str]] = Counter()
    for one, count in views.items():
        found[one.officer, one.purpose] += count
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return [{"officer": who, "purpose": why, "views": count} for (who, why), count in rows]
