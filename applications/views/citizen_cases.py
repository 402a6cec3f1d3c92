"""After handing in: putting right what was asked for, and telling how it was."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.access import get_own
from applications.actions.answer_correction import Corrected, answer_correction
from applications.actions.rate import rate_application
from applications.answer_values import Entry, typed
from applications.forms import FieldView, KnownView, field_view, known_view
from applications.models import Answers
from applications.selectors.own import OwnCase, own_case
from applications.selectors.points import Point
from applications.states import State
from applications.views.citizen_files import FIELD, accepted, take_files
from applications.views.citizen_frame import kept_for_later
from identity.http import SignedInRequest, require_citizen

UNPROCESSABLE = 422


@require_citizen
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: SignedInRequest, reference: str) -> HttpResponse:
    """Only what the office asked for is open, the old beside the new."""
    if request.method == "POST":
        return _answer(request, reference)
    if get_own(request.actor, reference).state != State.CORRECTING:
        return redirect("applications:receipt", reference=reference)
    return _page(request, own_case(request.actor, reference), {})


def _answer(request: SignedInRequest, reference: str) -> HttpResponse:
    file_errors = take_files(request, reference)
    post = request.POST
    shown = post.getlist("shown")
    is_autosave = request.headers.get("X-Autosave") == "1"
    is_later = post.get("then") == "later"
    result = answer_correction(
        actor=request.actor,
        reference=reference,
        texts={key: post.get(key, "") for key in shown},
        notes={key: post.get(f"note-{key}", "") for key in shown},
        is_autosave=is_autosave or is_later or bool(file_errors),
    )
    if is_autosave:
        return JsonResponse({"saved_at": timezone.now().isoformat()})
    if is_later and not file_errors:
        return kept_for_later(request)
    if isinstance(result, Corrected):
        messages.success(request, _("Thank you, it is back at the office. The clock runs again."))
        return redirect(f"/my/cases/{reference}/")
    errors = {f"material:{code}": text for code, text in file_errors.items()}
    errors.update({key: str(text) for key, text in result.errors.items() if key not in errors})
    return _page(request, own_case(request.actor, reference), errors)


def _page(request: SignedInRequest, case: OwnCase, errors: dict[str, str]) -> HttpResponse:
    values = Answers.objects.get(application=case.application).values
    rows = [_row(case, point, values, errors.get(point.target, "")) for point in case.points]
    context = {
        "case": case,
        "application": case.application,
        "definition": case.progress.definition,
        "rows": rows,
        "others": _others(case, values),
        "page_errors": [
            {"name": row["name"], "message": row["error"]} for row in rows if row["error"]
        ],
    }
    template = "applications/citizen/correction.html"
    return render(request, template, context, status=UNPROCESSABLE if errors else 200)


def _others(case: OwnCase, values: dict[str, Entry]) -> list[KnownView]:
    """What was handed in and nobody asked about, to read beside what is put right."""
    asked = {point.target for point in case.points}
    return [
        known_view(question, values[question.key])
        for question in case.progress.definition.questions()
        if question.key not in asked and "value" in values.get(question.key, {})
    ]


def _row(
    case: OwnCase, point: Point, values: dict[str, dict[str, str]], error: str
) -> dict[str, object]:
    field: FieldView | None = None
    if point.question is not None:
        entry = values.get(point.question.key, {})
        field = field_view(
            point.question,
            value=typed(point.question, entry, case.application.pk),
            error=error,
            note=entry.get("note", ""),
        )
    return {
        "point": point,
        "field": field,
        "name": FIELD + point.material.code if point.material else point.target,
        "accept": accepted(point.material.upload) if point.material else "",
        "error": error,
    }


def _ask_again(request: SignedInRequest, reference: str) -> HttpResponse:
    case = own_case(request.actor, reference)
    if not case.may_rate:
        return redirect(f"/my/cases/{reference}/")
    error = _("Please choose one of the five faces.")
    context = {
        "application": case.application,
        "definition": case.progress.definition,
        "mark": case.mark_given,
        "page_errors": [{"name": "score", "message": error}],
        "error": error,
    }
    return render(request, "applications/citizen/rating.html", context, status=UNPROCESSABLE)


@require_citizen
@require_POST
def rate(request: SignedInRequest, reference: str) -> HttpResponse:
    """One of five faces; without a choice the question once more."""
    mark = request.POST.get("score", "")
    score = int(mark) if mark in ("1", "2", "3", "4", "5") else 0
    if not score:
        return _ask_again(request, reference)
    rate_application(actor=request.actor, reference=reference, score=score)
    messages.success(request, _("Thank you. The officer cannot see that it was you."))
    return redirect(f"/my/cases/{reference}/")
