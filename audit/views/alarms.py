"""The supervisor's pages about what the sentinel found. Every look at them is an entry."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.directory import Directory
from audit.kernel.actors import Actor, Capacity
from audit.lines import with_details
from audit.pages import Page, page_of
from audit.selectors import entries_visible_to
from audit.sentinel.evidence import evidence_lines
from audit.sentinel.forms import AlarmFilterForm, VerdictForm, asked_of
from audit.sentinel.models import OPEN, AlarmState, SentinelAlarm, VerdictKind
from audit.sentinel.registry import rule_of
from audit.sentinel.selectors import (
    alarm_of,
    alarms_visible_to,
    beside,
    in_force,
    move_of,
    moves,
    offices_with_alarms,
    records_of_rules,
    verdicts_of,
)
from audit.sentinel.verdicts import (
    SUPERVISION,
    is_near,
    judge_alarm,
    purpose_of_reading,
    refuse_all_but_supervisors,
    reset_line,
)
from audit.sentinel.words import alarm_lines, move_lines
from audit.trail import ObjectRef, record
from audit.typed import typed_before

ALARMS_TITLE = gettext_lazy("Alarms")
RULES_TITLE = gettext_lazy("Rules of the sentinel")


@require_safe
def alarms(request: HttpRequest, directory: Directory) -> HttpResponse:
    """Those that wait first, the one due soonest on top."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = alarms_visible_to(actor)
    offices = directory.departments(offices_with_alarms(actor))
    asked = asked_of(request.GET, offices)
    chosen = {"state": asked["state"], "rule": asked["rule"], "department": asked["office"]}
    found = visible.filter(**{name: value for name, value in chosen.items() if value})
    page = _page(found, asked["state"], request.GET.get("from", ""))
    record(actor=actor, verb="trail.viewed", on=ObjectRef("trail", "alarms"), purpose=SUPERVISION)
    context = {
        "title": ALARMS_TITLE,
        "form": AlarmFilterForm(initial=asked, offices=offices),
        "lines": _alarm_lines(page.rows, directory),
        "page": page,
        "state": asked["state"],
        "inquired": visible.filter(state=AlarmState.INQUIRY).count(),
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "audit/alarms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alarm(request: HttpRequest, number: int, directory: Directory) -> HttpResponse:
    """One alarm: its evidence line by line, beside what is usual, and the verdict."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = alarm_of(actor, number)
    is_inquired = found.state == AlarmState.INQUIRY
    typed = typed_before(request)
    rule = rule_of(found.rule)
    form = VerdictForm(
        request.POST or None,
        initial=typed,
        is_inquired=is_inquired,
        moves=rule is not None and rule.moves,
    )
    if request.method == "POST" and form.is_valid():
        judge_alarm(
            actor=actor,
            number=number,
            kind=VerdictKind(form.cleaned_data["kind"]),
            words=form.cleaned_data["words"],
        )
        messages.success(request, _("Your verdict is written down."))
        return redirect("trail:alarm", number)
    return render(request, "audit/alarm.html", _alarm(request, actor, found, form, directory))


@require_safe
def rules(request: HttpRequest, directory: Directory) -> HttpResponse:
    """Every rule with its threshold and how often it was wrong, and what verdicts have moved."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    refuse_all_but_supervisors(actor)
    record(actor=actor, verb="trail.viewed", on=ObjectRef("trail", "rules"), purpose=SUPERVISION)
    moved = moves()
    names = directory.departments({one.department for one in moved})
    context = {
        "title": RULES_TITLE,
        "records": records_of_rules(actor),
        "moves": move_lines(moved, in_force(moved), names, _capacities(directory)),
    }
    return render(request, "audit/rules.html", context)


@require_POST
def reset(request: HttpRequest, move: int, directory: Directory) -> HttpResponse:
    """Put one moved threshold back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = move_of(actor, move)
    reset_line(actor=actor, rule=found.rule, department=found.department, capacity=found.capacity)
    messages.success(request, _("The threshold is back where it began."))
    return redirect("trail:rules")


def _page(found: Any, state: str, cursor: str) -> Page[SentinelAlarm]:
    """What waits by the day it is due, everything else newest first."""
    if state in OPEN:
        return page_of(found, keys=("due_on", "number"), cursor=cursor)
    return page_of(found, keys=("number",), cursor=cursor, descending=True)


def _alarm(
    request: HttpRequest,
    actor: Actor,
    found: SentinelAlarm,
    form: VerdictForm,
    directory: Directory,
) -> dict[str, Any]:
    """What the page of one alarm shows, recorded with everybody it names."""
    evidence = entries_visible_to(actor).filter(
        pk__in=found.entries, at__gte=found.since, at__lte=found.until
    )
    cursor = request.GET.get("from", "")
    page = page_of(evidence, keys=("at", "id"), cursor=cursor, descending=True)
    lines = evidence_lines(page.rows, directory)
    record(
        actor=actor,
        verb="trail.viewed",
        on=ObjectRef("trail.alarm", str(found.pk)),
        subjects=[found.account, *lines.shown],
        purpose=purpose_of_reading(actor, found),
    )
    return {
        "title": _("Alarm %(number)d") % {"number": found.pk},
        "one": _alarm_lines([found], directory)[0],
        "lines": with_details(lines, page.rows, directory),
        "page": page,
        "verdicts": verdicts_of(found),
        "found": directory.found_by_others(actor, list(evidence), but=ObjectRef.of(found)),
        "beside": _alarm_lines(beside(actor, found), directory),
        "is_yours": is_near(actor.account, found),
        "is_judged": found.state == AlarmState.JUDGED,
        "form": form,
    }


def _alarm_lines(rows: list[SentinelAlarm], directory: Directory) -> Any:
    names = directory.departments({one.department for one in rows})
    return alarm_lines(rows, names, _capacities(directory), timezone.localdate())


def _capacities(directory: Directory) -> Mapping[str, str]:
    return {str(one): directory.capacity(one) for one in Capacity}
