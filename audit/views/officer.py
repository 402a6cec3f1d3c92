"""One officer's week, and whose data the officer opened in a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from audit.directory import Directory
from audit.forms.search import WITHOUT_CASE, PeopleSeenForm, start_of
from audit.keeping.away import archived_before
from audit.kernel.actors import Actor
from audit.lines import Named, lines_of, with_details
from audit.models import AuditEntry
from audit.room.officer_week import (
    Figures,
    OfficerWeek,
    usual_week_at,
    usual_week_of,
    week_of,
)
from audit.room.opened import OpenedPage, newest_span, opened_by
from audit.room.runs import in_runs, runs_of_officer
from audit.room.stories import told_together
from audit.room.strip import draw
from audit.room.weeks import Week
from audit.selectors import TrailSearch, entries_found, entries_visible_to, page_found
from audit.sentinel.selectors import alarms_visible_to
from audit.sentinel.surroundings import surroundings
from audit.sentinel.words import AlarmLine, alarm_lines
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace, nothing_of

ALARMS_SHOWN = 5
ENTRIES = 100


@require_GET
def officer(request: HttpRequest, code: str, directory: Directory) -> HttpResponse:
    """A week of one officer: drawn, in figures beside what is usual, and entry by entry."""
    actor = actor_of(request)
    today = timezone.localdate()
    week = Week.read(request.GET.get("week", ""), today)
    only = request.GET.get("only", "") == WITHOUT_CASE
    away = _away_of(request, code, directory)
    wanted = TrailSearch(officer=code, without_case=only, since=week.start, until=week.end)
    cursor = request.GET.get("from", "")
    page = page_found(actor, wanted, cursor, size=ENTRIES, lines_of=runs_of_officer)
    lines = lines_of(page.rows, directory)
    leave_trace(actor, ObjectRef("trail.officer", code), lines.shown)
    acts = told_together(with_details(lines, page.rows, directory), page.rows)
    visible = entries_visible_to(actor)  # read once for the week and what is usual
    found, hours = week_of(visible, code, week), surroundings().hours()
    context = {
        "title": _("Officer %(code)s") % {"code": code},
        "officer": code,
        "lines": in_runs(acts, page.rows, runs_of_officer(page.rows)),
        "page": page,
        "only": WITHOUT_CASE if only else "",
        "found": found,
        "strip": draw(week, found.marks, hours),
        "hours": hours,
        "following": week.plus(1) if week.end <= timezone.now() else None,
        "before": week.plus(-1),
        "archived": away or archived_before(week.start),
        **_post(request, code, visible, found, directory),
    }
    return render(request, "audit/officer.html", context)


@require_GET
def people(request: HttpRequest, code: str, directory: Directory) -> HttpResponse:
    """Whose data this officer opened between two days: everybody once."""
    away = _away_of(request, code, directory)
    form = PeopleSeenForm(request.GET or None, initial=_this_week())
    context: dict[str, Any] = {
        "title": _("Whose data did %(code)s open?") % {"code": code},
        "officer": code,
        "form": form,
    }
    if form.is_valid():
        context |= _opened(request, code, form.cleaned_data, directory)
        context["archived"] = away or context["archived"]
    return render(request, "audit/people.html", context)


def _opened(
    request: HttpRequest, code: str, asked: Mapping[str, date], directory: Directory
) -> dict[str, Any]:
    """One page of a span of the time asked about, recorded with everybody on it."""
    actor = actor_of(request)
    last = min(asked["until"], _day(request.GET.get("upto", "")) or asked["until"])
    span = newest_span(actor, code, asked["since"], last) if asked["since"] <= last else None
    page = OpenedPage([])
    if span is not None:
        page = opened_by(actor, code, span.since, span.until, request.GET.get("from", ""))
    subjects = [one.subject for one in page.rows]
    leave_trace(actor, ObjectRef("trail.officer", code), subjects)
    names = directory.names(subjects)
    is_last = not page.after and (span is None or span.further is None)
    return {
        "has_result": True,
        "archived": archived_before(start_of(asked["since"])) if is_last else None,
        "rows": [(one, Named(one.subject, names.get(one.subject, ""))) for one in page.rows],
        "page": page,
        "span": span,
        "since": asked["since"],
        "until": asked["until"],
    }


def _day(written: str) -> date | None:
    """A day of an address; what is none narrows nothing."""
    try:
        return parse_date(written)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of the week beside what is usual; None where nothing is known of that."""

    name: str
    now: float
    usual: float | None
    here: float | None
    shows_people: bool = False

    @property
    def most(self) -> float:
        """The full length of its bars."""
        return max(self.now, self.usual or 0, self.here or 0)


def _beside(now: Figures, usual: Figures | None, here: Figures | None) -> list[Beside]:
    """How much, whose, and outside of what: each figure beside the officer's own habit and that of
    the post."""
    names = {
        "acts": _("Acts and looks"),
        "looks": _("Looks"),
        "people": _("Whose data: people, organisations"),
        "without_case": _("Looks without a case"),
        "off_hours": _("Outside office hours"),
    }
    return [
        Beside(
            name,
            getattr(now, key),
            getattr(usual, key, None),
            getattr(here, key, None),
            shows_people=key == "people",
        )
        for key, name in names.items()
    ]


def _post(
    request: HttpRequest,
    code: str,
    visible: QuerySet[AuditEntry],
    found: OfficerWeek,
    directory: Directory,
) -> dict[str, Any]:
    """What post this is, and the week beside what is usual for the officer and for all of the same
    post."""
    actor = actor_of(request)
    post = directory.post(code)
    usual = usual_week_of(visible, code, found.week)
    here = usual_week_at(visible, post, found.week) if post else None
    context: dict[str, Any] = {
        "figures": _beside(found.whole, usual, here),
        "knows_usual": usual is not None or here is not None,
        "alarms": _alarms(actor, code, found.week, directory),
    }
    if post is not None:
        department = directory.departments([post.department]).get(post.department, "")
        context |= {
            "capacity": directory.capacity(post.capacity),
            "department": department,
            "department_lang": "" if department.isascii() else "zh-Hans",
        }
    return context


def _alarms(actor: Actor, code: str, week: Week, directory: Directory) -> list[AlarmLine]:
    """What the sentinel asked about this officer in this week, the newest first."""
    of_week = alarms_visible_to(actor).filter(
        officer=code, until__gte=week.start, since__lt=week.end
    )
    alarms = list(of_week.order_by("-until", "-number")[:ALARMS_SHOWN])
    departments = directory.departments({one.department for one in alarms})
    capacities = {one.capacity: directory.capacity(one.capacity) for one in alarms}
    return alarm_lines(alarms, departments, capacities, timezone.localdate())


def _away_of(request: HttpRequest, code: str, directory: Directory) -> date | None:
    """None for an officer who acted in what is here. Of somebody on a post who did not, all may be
    in the archive: the day before which it is. Refused (404) where there is no such officer."""
    if entries_found(actor_of(request), TrailSearch(officer=code)).exists():
        return None
    away = archived_before()
    if away is None:
        raise nothing_of(gettext_lazy("Nobody has acted under this officer code."))
    if directory.post(code) is None:
        day = date_format(away, "SHORT_DATE_FORMAT")
        words = _("Since %(day)s nobody acted under this officer code; before is in the archive.")
        raise nothing_of(words % {"day": day})
    return away


def _this_week() -> dict[str, Any]:
    week = Week.of(timezone.localdate())
    return {"since": week.monday, "until": week.sunday}
