"""The letter of a case that has ended, as the applicant has it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from applications.actions.open_letter import open_letter
from applications.models import Outcome
from applications.views.desk import at_the_desk
from catalog.text import Text
from identity.http import SignedInRequest


@require_GET
@at_the_desk
def letter(request: SignedInRequest, reference: str) -> HttpResponse:
    outcome, text = open_letter(actor=request.actor, reference=reference)
    context = {
        "title": _("The letter"),
        "reference": reference,
        "outcome": outcome,
        "letter_title": Text.read(outcome.title),
        "paragraphs": [Text.read(one) for one in text.body["paragraphs"]],
        "is_granted": outcome.result == Outcome.Result.GRANTED,
    }
    response = render(request, "applications/desk/letter.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
