"""What superiors answer, and the red lines supervisors are told of."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.actions.escalate import answer_escalation
from applications.actions.see_alarm import see_alarm
from applications.actions.view import open_application
from applications.models import Alarm, Escalation
from applications.selectors.desk import (
    alarms_visible_to,
    escalations_answered_by,
    escalations_before,
)
from applications.views.desk_case import case_context
from applications.views.desk_forms import AnswerForm
from applications.views.desk_pages import attempt, status_of
from applications.views.desk_words import item_language, state_kind, state_words
from audit.kernel.actors import Capacity
from audit.pages import page_of
from catalog.text import in_english
from identity.http import SignedInRequest, require_posting


@require_GET
@require_posting(Capacity.SUPERIOR)
def escalations(request: SignedInRequest) -> HttpResponse:
    """What waits for an answer, longest waiting first."""
    page = page_of(
        escalations_before(request.actor),
        keys=("asked_at", "id"),
        cursor=request.GET.get("from", ""),
    )
    context = {
        "title": _("Put before me"),
        "rows": [_escalation_row(one) for one in page.rows],
        "answered": [_escalation_row(one) for one in escalations_answered_by(request.actor)],
        "page": page,
    }
    return render(request, "applications/desk/escalations.html", context)


@require_http_methods(["GET", "POST"])
@require_posting(Capacity.SUPERIOR)
def answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Allow with a document, or not; the case below, the rule first."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(
        form,
        lambda: answer_escalation(
            actor=request.actor,
            reference=reference,
            allow=form.cleaned_data["allow"] == "yes",
            document=form.cleaned_data["document"],
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("Answered. The case is back at the desk it came from."))
        return redirect("desk:escalations")
    file = open_application(actor=request.actor, reference=reference)
    context = case_context(request.actor, file)
    context |= {"form": form, "reference": reference}
    page = "applications/desk/answer.html"
    response = render(request, page, context, status=status_of(form))
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@require_posting(Capacity.SUPERVISOR, Capacity.SUPERIOR)
def alarms(request: SignedInRequest) -> HttpResponse:
    """Every red line, newest first: which rule, which case, how often it was tried all the same."""
    page = page_of(
        alarms_visible_to(request.actor),
        keys=("id",),
        cursor=request.GET.get("from", ""),
        descending=True,
    )
    context = {
        "title": _("Red lines"),
        "rows": [_alarm_row(alarm) for alarm in page.rows],
        "page": page,
        "can_note": request.actor.capacity is Capacity.SUPERVISOR,
    }
    return render(request, "applications/desk/alarms.html", context)


@require_POST
@require_posting(Capacity.SUPERVISOR)
def note_alarm(request: SignedInRequest, reference: str, rule: str) -> HttpResponse:
    see_alarm(actor=request.actor, reference=reference, rule_code=rule)
    messages.success(request, _("Noted."))
    return redirect("desk:alarms")


def _escalation_row(escalation: Escalation) -> dict[str, Any]:
    item = escalation.application.item
    return {
        "escalation": escalation,
        "application": escalation.application,
        "item": item.display_name,
        "lang": item_language(item),
        "rules": ", ".join(escalation.rules),
        "state_words": state_words(escalation.application),
        "state_kind": state_kind(escalation.application),
        "is_allowed": escalation.answer == Escalation.Answer.ALLOWED,
    }


def _alarm_row(alarm: Alarm) -> dict[str, Any]:
    item, queue = alarm.application.item, alarm.application.queue
    has_english = in_english() and alarm.rule.title_en
    return {
        "alarm": alarm,
        "application": alarm.application,
        "item": item.display_name,
        "lang": item_language(item),
        "rule": alarm.rule.title_en if has_english else alarm.rule.title,
        "rule_lang": "zh-Hans" if in_english() and not alarm.rule.title_en else "",
        "department": queue.department.display_name if queue else "",
    }
