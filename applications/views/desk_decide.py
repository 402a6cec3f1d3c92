"""Deciding a case: each way is a small page of its own that works without a script."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.access import get_in_hand
from applications.actions.approve import Approved, StoppedByRules, approve_application
from applications.actions.decide import deciding_step, passable_step, require_in_work
from applications.actions.escalate import ask_superior, require_askable
from applications.actions.pass_step import pass_step
from applications.actions.reject import reject_application
from applications.actions.request_correction import asked_before, request_correction
from applications.actions.view import RulesSeen, open_application, see_rules
from applications.definitions import definition_for
from applications.models import Application
from applications.views.desk import at_the_desk
from applications.views.desk_case import fired, missing_facts, rule_context
from applications.views.desk_correct import correctable, every_target
from applications.views.desk_forms import (
    ApprovalForm,
    CorrectionForm,
    ReasonForm,
    RefusalForm,
)
from applications.views.desk_pages import attempt, form_page, status_of, within_the_case
from identity.http import SignedInRequest


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def approve(request: SignedInRequest, reference: str) -> HttpResponse:
    """Granting; a condition that is not met asks for a word about it."""
    if request.method == "GET":
        deciding_step(get_in_hand(request.actor, reference))
        return _approval(request, see_rules(actor=request.actor, reference=reference), None)
    form = ApprovalForm(request.POST, asks_although="although" in request.POST)
    results: list[Approved | StoppedByRules] = []
    if form.is_valid() and attempt(form, lambda: results.append(_grant(request, reference, form))):
        if isinstance(results[0], StoppedByRules):
            messages.warning(request, _("Not granted: a national rule stands in the way."))
            return redirect("desk:case", reference)
        messages.success(request, _("Granted. The applicant is being told."))
        return redirect("desk:queue")
    return _approval(request, see_rules(actor=request.actor, reference=reference), form)


def _grant(
    request: SignedInRequest, reference: str, form: ApprovalForm
) -> Approved | StoppedByRules:
    return approve_application(
        actor=request.actor,
        reference=reference,
        reason=form.cleaned_data["reason"],
        no_interest=form.cleaned_data["no_interest"],
        although=form.cleaned_data.get("although", ""),
    )


def _approval(request: SignedInRequest, seen: RulesSeen, form: ApprovalForm | None) -> HttpResponse:
    if form is None:
        form = ApprovalForm(asks_although=bool(seen.not_met))
    elif seen.not_met and "although" not in form.fields:
        form.fields["although"] = ApprovalForm.base_fields["although"]
    context = form_page(seen.application, form, _("Grant the case"), _("Grant"))
    context["red_lines"] = [rule_context(result) for result in fired(seen.verdict)]
    context["missing"] = missing_facts(seen.verdict, seen.definition)
    context["not_met"] = [one.text for one in seen.not_met]
    return render(request, "applications/desk/approve.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def reject(request: SignedInRequest, reference: str) -> HttpResponse:
    """Refusing, with grounds; the page says which remedies the applicant is told."""
    application = get_in_hand(request.actor, reference)
    if request.method == "GET":
        deciding_step(application)
        seen = see_rules(actor=request.actor, reference=reference)
        form = RefusalForm(initial={"grounds": _suggested_grounds(seen)})
        return _refusal(request, application, form)
    form = RefusalForm(request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: reject_application(
            actor=request.actor,
            reference=reference,
            grounds=form.cleaned_data["grounds"],
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("Not granted. The applicant gets grounds and remedies."))
        return redirect("desk:queue")
    return _refusal(request, application, form)


def _refusal(request: SignedInRequest, application: Application, form: RefusalForm) -> HttpResponse:
    context = form_page(application, form, _("Do not grant the case"), _("Do not grant"))
    context["is_refusal"] = True
    return render(request, "applications/desk/decide.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def correct(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything that is to be put right, in one letter; shown as the applicant reads it first."""
    application = get_in_hand(request.actor, reference)
    require_in_work(application)
    is_again = asked_before(application)
    if "send" in request.POST:
        targets = every_target(definition_for(application))
        form = CorrectionForm(request.POST, targets=targets, is_again=is_again)
        if form.is_valid() and attempt(form, lambda: _ask_for(request, reference, form)):
            messages.success(request, _("Sent. The clock stands still until the answer comes."))
            return redirect("desk:queue")
        return _correction(request, application, form)
    file = open_application(actor=request.actor, reference=reference)
    given = request.POST if request.method == "POST" else None
    return _correction(
        request, application, CorrectionForm(given, targets=correctable(file), is_again=is_again)
    )


def _ask_for(request: SignedInRequest, reference: str, form: CorrectionForm) -> None:
    request_correction(
        actor=request.actor,
        reference=reference,
        points=form.points,
        days=form.cleaned_data["days"],
        news=form.cleaned_data.get("news", ""),
    )


def _correction(
    request: SignedInRequest, application: Application, form: CorrectionForm
) -> HttpResponse:
    title, button = _("Ask for corrections"), _("See what the applicant gets")
    context = form_page(application, form, title, button)
    context["is_again"] = "news" in form.fields
    if form.is_bound and form.is_valid():
        context["preview"] = form.preview
    return render(request, "applications/desk/correct.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def pass_on(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who works the next step, too, goes on with the case at once."""

    def act(reason: str) -> HttpResponse:
        application = pass_step(actor=request.actor, reference=reference, reason=reason)
        if application.claimed_by == request.actor.account_id:
            messages.success(request, _("Passed on. The next step is yours, too."))
            return redirect("desk:case", reference)
        messages.success(request, _("Passed on to the next step."))
        return redirect("desk:queue")

    application = get_in_hand(request.actor, reference)
    if request.method == "GET":
        passable_step(application)
    return _with_reason(request, application, act, _("Pass the case on"), _("Pass on"))


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    """Only where somebody may allow the case; otherwise there is nothing to write."""

    def act(reason: str) -> HttpResponse:
        ask_superior(actor=request.actor, reference=reference, reason=reason)
        messages.success(request, _("The case is before your superior now."))
        return redirect("desk:queue")

    application = get_in_hand(request.actor, reference)
    if request.method == "GET":
        deciding_step(application)
        require_askable(see_rules(actor=request.actor, reference=reference).verdict)
    return _with_reason(request, application, act, _("Put the case before the superior"), _("Ask"))


def _with_reason(
    request: SignedInRequest,
    application: Application,
    act: Callable[[str], HttpResponse],
    title: str,
    button: str,
) -> HttpResponse:
    """The ways that need nothing but a reason."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    answers: list[HttpResponse] = []
    if form.is_valid() and attempt(form, lambda: answers.append(act(form.cleaned_data["reason"]))):
        return answers[0]
    context: dict[str, object] = form_page(application, form, title, button)
    return render(request, "applications/desk/decide.html", context, status=status_of(form))


def _suggested_grounds(seen: RulesSeen) -> str:
    """The rules that stand in the way, as a beginning the officer completes."""
    lines = [f"{result.rule.title}（{result.rule.legal_basis}）" for result in fired(seen.verdict)]
    lines += [
        _("Condition not met: %(condition)s") % {"condition": one.text} for one in seen.not_met
    ]
    return "\n".join(lines)
