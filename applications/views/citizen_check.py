"""The last look, handing in, and the receipt."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.access import get_own
from applications.actions.submit import NotComplete, submit_application
from applications.actions.take_new_release import take_new_release
from applications.forms import answer_groups
from applications.selectors.own import progress_of, same_in_hand, view_own
from applications.selectors.papers import Paper, lacking_papers, papers_of
from applications.selectors.releases import newer_release
from applications.selectors.sheet import Sheet, own_sheet
from applications.selectors.warnings import in_the_way
from applications.views.citizen_frame import elsewhere, offices_of, show
from catalog.schema.definition import Question
from identity.http import SignedInRequest, require_citizen

UNPROCESSABLE = 422


@require_citizen
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everything once more, then handing in."""
    if request.method != "POST":
        application = get_own(request.actor, reference)
        if not application.is_draft:
            return elsewhere(application)
        return _check(request, own_sheet(request.actor, reference))
    declared = request.POST.get("declared") == "yes"
    if not declared and get_own(request.actor, reference).is_draft:
        sheet = own_sheet(request.actor, reference)
        sentence = _("Please confirm that what you say is true.")
        gaps = _lacking(sheet.open_questions, lacking_papers(sheet))
        return _check(request, sheet, [*gaps, {"name": "declared", "message": sentence}])
    result = submit_application(actor=request.actor, reference=reference, declared=declared)
    if isinstance(result, NotComplete):
        gaps = _lacking(result.questions, result.papers)
        return _check(request, own_sheet(request.actor, reference), gaps, declared=declared)
    return redirect("applications:receipt", reference=reference)


@require_citizen
@require_POST
def new_release(request: SignedInRequest, reference: str) -> HttpResponse:
    """Go on with the form that holds now; registers are asked again only for new questions."""
    taken = take_new_release(actor=request.actor, reference=reference)
    if taken is not None:
        messages.success(request, _("This is the new form. What you wrote is still here."))
    asks = taken is not None and taken.asks_registers
    return redirect(f"applications:{'consent' if asks else 'check'}", reference=reference)


@require_citizen
@require_safe
def receipt(request: SignedInRequest, reference: str) -> HttpResponse:
    """That it has arrived, what was promised, and who has it. The look is recorded."""
    if get_own(request.actor, reference).submitted_at is None:
        return redirect("applications:resume", reference=reference)
    application = view_own(request.actor, reference)
    progress = progress_of(application)
    context = {"application": application, "progress": progress}
    return render(request, "applications/citizen/receipt.html", context)


def _check(
    request: SignedInRequest,
    sheet: Sheet,
    errors: list[dict[str, str]] | None = None,
    *,
    declared: bool = False,
) -> HttpResponse:
    context = {
        "groups": answer_groups(sheet),
        "declared": declared,
        "declared_error": next(
            (error["message"] for error in errors or [] if error["name"] == "declared"), ""
        ),
        "papers": papers_of(sheet),
        "way": in_the_way(sheet),
        "offices": offices_of(sheet),
        "page_errors": errors or [],
        "same": same_in_hand(sheet.application),
        "newer": newer_release(sheet.application, timezone.localdate()),
    }
    return show(request, sheet, "check", context, status=UNPROCESSABLE if errors else 200)


def _lacking(open_questions: list[Question], lacking: list[Paper]) -> list[dict[str, str]]:
    """One line for everything that is still to do, each leading to its place on the page."""
    questions = [
        {
            "name": f"q-{question.key}",
            "message": _("Not answered yet: %(what)s") % {"what": question.title},
        }
        for question in open_questions
    ]
    papers = [
        {
            "name": f"m-{paper.material.code}",
            "message": _("Still missing: %(what)s") % {"what": paper.material.name},
        }
        for paper in lacking
    ]
    return questions + papers
