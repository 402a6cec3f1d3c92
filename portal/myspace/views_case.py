"""One's own case: the line from handing in to the outcome, the letter, taking it back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from applications.access import get_own
from applications.actions.withdraw import withdraw_application
from applications.forms import answer_groups
from applications.models import Outcome, OutcomeText
from applications.outcomes.file import file_for_reader
from applications.selectors.own import own_case, view_own
from applications.selectors.papers import papers_of
from applications.selectors.sheet import own_sheet
from applications.states import ENDED
from applications.verbs import Verb
from applications.views.desk_words import item_language
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from catalog.text import Text, in_english
from identity.http import SignedInRequest, require_citizen


@never_cache
@require_GET
@require_citizen
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """Where it is, who has it, until when; and what the reader can do."""
    if get_own(request.actor, reference).is_draft:
        return redirect("applications:resume", reference)
    own = own_case(request.actor, reference)
    application = own.application
    context = {
        "case": own,
        "progress": own.progress,
        "application": application,
        "item_lang": item_language(application.item),
        "can_withdraw": application.state not in ENDED,
    }
    return render(request, "portal/myspace/case.html", context)


@never_cache
@require_GET
@require_citizen
def handed_in(request: SignedInRequest, reference: str) -> HttpResponse:
    """What one handed in: every answer and every file, as the office has them."""
    if get_own(request.actor, reference).submitted_at is None:
        return redirect("applications:resume", reference)
    sheet = own_sheet(request.actor, reference)
    application = sheet.application
    context = {
        "application": application,
        "definition": sheet.definition,
        "groups": answer_groups(sheet),
        "papers": [paper for paper in papers_of(sheet) if paper.files],
    }
    return render(request, "portal/myspace/handed_in.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_citizen
def withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    """Taking a case back is asked once more, because it cannot be undone."""
    if request.method == "POST":
        withdraw_application(actor=request.actor, reference=reference)
        messages.success(request, _("You took it back. Nothing more happens with it."))
        return redirect("myspace:home")
    if get_own(request.actor, reference).state in ENDED:
        return redirect("myspace:case", reference)
    application = view_own(request.actor, reference)
    context = {
        "application": application,
        "item_lang": item_language(application.item),
        "back": reverse(
            "applications:resume" if application.is_draft else "myspace:case", args=[reference]
        ),
    }
    return render(request, "portal/myspace/withdraw.html", context)


@never_cache
@require_GET
@require_citizen
def outcome(request: SignedInRequest, reference: str) -> HttpResponse:
    """The letter itself, to read and to keep; anybody can check its code."""
    return render(request, "portal/myspace/outcome.html", _letter(request, reference))


@never_cache
@require_GET
@require_citizen
def letter_file(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same letter as a file that any phone opens and prints, without the portal around it."""
    issued, text = _own_letter(request, reference)
    response = HttpResponse(file_for_reader(text))
    name = f"{issued.number}.html"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _letter(request: SignedInRequest, reference: str) -> dict[str, Any]:
    issued, text = _own_letter(request, reference)
    check = f"{settings.PORTAL_ADDRESS}{reverse('trust:home')}?code={issued.code}"
    return {
        "application": issued.application,
        "outcome": issued,
        "title": Text.read(issued.title),
        "paragraphs": [Text.read(one) for one in text.body["paragraphs"]],
        "is_granted": issued.result == Outcome.Result.GRANTED,
        "check": check,
        "fingerprint": issued.file_hash_en if in_english() else issued.file_hash_zh,
    }


def _own_letter(request: SignedInRequest, reference: str) -> tuple[Outcome, OutcomeText]:
    """One's own letter and its words; reading it is recorded."""
    application = get_own(request.actor, reference)
    letters = Outcome.objects.select_related("department", "application")
    issued = letters.filter(application=application).first()
    if issued is None:
        raise Refused(
            code="outcome.not_yet",
            message=gettext_lazy("There is no decision on this case yet."),
            next_step=gettext_lazy("The page of the case shows where it is and until when."),
            status=404,
        )
    record(
        actor=request.actor,
        verb=Verb.OUTCOME_VIEWED,
        on=issued,
        subjects=application.subjects,
        purpose=Purpose.own(),
    )
    return issued, OutcomeText.objects.get(outcome=issued)
