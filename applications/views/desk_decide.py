"""Deciding a case: each way is a small page of its own that works without a script."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.access import get_readable
from applications.actions.approve import StoppedByRules, approve_application
from applications.actions.escalate import ask_superior
from applications.actions.pass_step import pass_step
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.actions.state_fact import state_fact
from applications.actions.view import RulesSeen, open_application, see_rules
from applications.models import Application
from applications.views.desk import at_the_desk
from applications.views.desk_case import correctable, fired, missing_facts, rule_context
from applications.views.desk_forms import (
    ApprovalForm,
    CorrectionForm,
    FactForm,
    ReasonForm,
    RefusalForm,
)
from applications.views.desk_words import item_language
from identity.http import SignedInRequest


@require_http_methods(["GET", "POST"])
@at_the_desk
def approve(request: SignedInRequest, reference: str) -> HttpResponse:
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        result = approve_application(
            actor=request.actor,
            reference=reference,
            reason=form.cleaned_data["reason"],
            no_interest=form.cleaned_data["no_interest"],
        )
        if isinstance(result, StoppedByRules):
            messages.warning(request, _("Not granted: a national rule stands in the way."))
            return redirect("desk:case", reference)
        messages.success(request, _("Granted. The applicant is being told."))
        return redirect("desk:queue")
    seen = see_rules(actor=request.actor, reference=reference)
    context = _page(seen.application, form, _("Grant the case"), _("Grant"))
    context["red_lines"] = [rule_context(result) for result in fired(seen.verdict)]
    context["missing"] = missing_facts(seen.verdict, seen.definition)
    return render(request, "applications/desk/approve.html", context)


@require_http_methods(["GET", "POST"])
@at_the_desk
def reject(request: SignedInRequest, reference: str) -> HttpResponse:
    """Refusing, with grounds; the page says which remedies the applicant is told."""
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reject_application(
            actor=request.actor,
            reference=reference,
            grounds=form.cleaned_data["grounds"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Not granted. The applicant gets grounds and remedies."))
        return redirect("desk:queue")
    application = get_readable(request.actor, reference)
    if request.method == "GET":
        seen = see_rules(actor=request.actor, reference=reference)
        form = RefusalForm(initial={"grounds": _suggested_grounds(seen)})
    context = _page(application, form, _("Do not grant the case"), _("Do not grant"))
    context["is_refusal"] = True
    return render(request, "applications/desk/decide.html", context)


@require_http_methods(["GET", "POST"])
@at_the_desk
def correct(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything that is to be put right, in one letter; shown as the applicant reads it first."""
    file = open_application(actor=request.actor, reference=reference)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None, targets=correctable(file)
    )
    context = _page(
        file.application, form, _("Ask for corrections"), _("See what the applicant gets")
    )
    if request.method == "POST" and form.is_valid():
        if "send" in request.POST:
            request_correction(
                actor=request.actor,
                reference=reference,
                points=form.points,
                days=form.cleaned_data["days"],
            )
            messages.success(request, _("Sent. The clock stands still until the answer comes."))
            return redirect("desk:queue")
        context["preview"] = form.preview
    return render(request, "applications/desk/correct.html", context)


@require_http_methods(["GET", "POST"])
@at_the_desk
def pass_on(request: SignedInRequest, reference: str) -> HttpResponse:
    def act(form: forms.Form) -> str:
        pass_step(actor=request.actor, reference=reference, reason=form.cleaned_data["reason"])
        return _("Passed on to the next step.")

    return _with_reason(request, reference, act, _("Pass the case on"), _("Pass on"))


@require_http_methods(["GET", "POST"])
@at_the_desk
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    def act(form: forms.Form) -> str:
        ask_superior(actor=request.actor, reference=reference, reason=form.cleaned_data["reason"])
        return _("The case is before your superior now.")

    return _with_reason(request, reference, act, _("Put the case before the superior"), _("Ask"))


@require_http_methods(["GET", "POST"])
@at_the_desk
def fact(request: SignedInRequest, reference: str) -> HttpResponse:
    """Writing down a fact a rule needs and nobody has supplied."""
    seen = see_rules(actor=request.actor, reference=reference)
    missing = missing_facts(seen.verdict, seen.definition)
    form = FactForm(request.POST if request.method == "POST" else None, missing=missing)
    if request.method == "POST" and form.is_valid():
        state_fact(
            actor=request.actor,
            reference=reference,
            field=form.cleaned_data["field"],
            value=form.fact,
            evidence=form.cleaned_data["evidence"],
        )
        messages.success(request, _("Written down. The rules were asked again."))
        return redirect("desk:case", reference)
    context = _page(seen.application, form, _("Write down a missing fact"), _("Write down"))
    return render(request, "applications/desk/decide.html", context)


def _with_reason(
    request: SignedInRequest,
    reference: str,
    act: Callable[[forms.Form], str],
    title: str,
    button: str,
) -> HttpResponse:
    """The ways that need nothing but a reason."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, act(form))
        return redirect("desk:queue")
    application = get_readable(request.actor, reference)
    context = _page(application, form, title, button)
    return render(request, "applications/desk/decide.html", context)


def _page(application: Application, form: forms.Form, title: str, button: str) -> dict[str, Any]:
    return {
        "title": title,
        "button": button,
        "form": form,
        "application": application,
        "reference": application.reference,
        "item": application.item.display_name,
        "item_lang": item_language(application.item),
    }


def _suggested_grounds(seen: RulesSeen) -> str:
    """The rules that stand in the way, as a beginning the officer completes."""
    return "\n".join(
        f"{result.rule.title}（{result.rule.legal_basis}）" for result in fired(seen.verdict)
    )
