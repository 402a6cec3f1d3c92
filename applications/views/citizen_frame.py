"""What every page of the form shares: the line above it, who will see it, where else to go."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models import Application
from applications.selectors.papers import lacking_papers
from applications.selectors.sheet import Sheet
from applications.states import State
from catalog.models import Department
from identity.http import SignedInRequest

ORDER = ("consent", "page", "materials", "check", "done")


def form_steps(sheet: Sheet, now: str) -> list[dict[str, Any]]:
    """Where the applicant stands (`components/steps.html`); steps already passed lead back."""
    words = {
        "consent": pgettext("step of a form", "Registers"),
        "page": pgettext("step of a form", "Questions"),
        "materials": pgettext("step of a form", "Papers"),
        "check": pgettext("step of a form", "Check"),
        "done": pgettext("step of a form", "Hand in"),
    }
    here = ORDER.index(now)
    open_ones = _not_finished(sheet) if here > ORDER.index("page") else set()
    return [
        {
            "label": words[step],
            "state": "now"
            if place == here
            else "next"
            if place > here
            else _passed(step, open_ones),
            "url": _address(sheet, step) if place < here else "",
        }
        for place, step in enumerate(ORDER)
    ]


def _not_finished(sheet: Sheet) -> set[str]:
    """The steps that were passed and still lack something."""
    lacking = {"page"} if sheet.open_questions else set()
    return lacking | ({"materials"} if lacking_papers(sheet) else set())


def _passed(step: str, open_ones: set[str]) -> str:
    return "open" if step in open_ones else "done"


def _address(sheet: Sheet, step: str) -> str:
    reference = sheet.application.reference
    if step == "page":
        return reverse(
            "applications:page", kwargs={"reference": reference, "slug": sheet.pages[0].slug}
        )
    return reverse(f"applications:{step}", kwargs={"reference": reference})


def show(
    request: SignedInRequest,
    sheet: Sheet,
    name: str,
    context: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    frame = {
        "application": sheet.application,
        "definition": sheet.definition,
        "sheet": sheet,
        "steps": form_steps(sheet, name),
    }
    template = f"applications/citizen/{name}.html"
    return render(request, template, {**frame, **context}, status=status)


def first_page(sheet: Sheet) -> str:
    return reverse(
        "applications:page",
        kwargs={"reference": sheet.application.reference, "slug": sheet.pages[0].slug},
    )


def offices_of(sheet: Sheet) -> list[str]:
    """Who will look at the answers: the offices of the steps, each once."""
    codes = [plan.department for plan in sheet.definition.steps]
    names = Department.objects.in_bulk(codes, field_name="code")
    return [names[code].display_name for code in dict.fromkeys(codes) if code in names]


def elsewhere(application: Application) -> HttpResponseRedirect:
    """A case that was handed in is read in its owner's space, and its receipt stays."""
    if application.submitted_at is None:
        return redirect("/my/")
    if application.state == State.CORRECTING:
        return redirect("applications:correction", reference=application.reference)
    return redirect("applications:receipt", reference=application.reference)


def kept_for_later(request: SignedInRequest) -> HttpResponseRedirect:
    """What was typed is saved; the draft waits in its owner's space."""
    messages.success(request, _("Your draft is kept. Go on whenever you like."))
    return redirect("/my/")
