"""The desk of a register's department: what people say is wrong in it, and the answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.kernel.actors import Capacity
from audit.pages import page_of
from catalog.models import DataElement
from identity.actions.answer_dispute import answer_dispute
from identity.actions.open_dispute import open_dispute
from identity.http import SignedInRequest, require_posting
from identity.models import Dispute
from identity.selectors.disputes import disputes_at
from portal.desk.forms import DisputeAnswerForm
from portal.myspace.records import known_value, source_name

at_the_desk = require_posting(Capacity.CLERK)


@require_GET
@at_the_desk
def disputes(request: SignedInRequest) -> HttpResponse:
    """What waits for an answer, longest waiting first. Opens nothing."""
    page = page_of(disputes_at(request.actor), keys=("id",), cursor=request.GET.get("from", ""))
    elements = DataElement.objects.filter(code__in={row.element for row in page.rows})
    names = {one.code: one for one in elements}
    context = {
        "title": _("Contested values"),
        "rows": [
            {
                "notice": row,
                "register": source_name(row.source),
                "value": known_value(row.element, None, names.get(row.element)),
            }
            for row in page.rows
        ],
        "page": page,
    }
    return render(request, "portal/desk/disputes.html", context)


@require_http_methods(["GET", "POST"])
@at_the_desk
def dispute(request: SignedInRequest, reference: str) -> HttpResponse:
    """One of them, and the answer. Every look is recorded and shown to the person concerned."""
    form = DisputeAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer_dispute(
            actor=request.actor,
            reference=reference,
            state=Dispute.State(form.cleaned_data["state"]),
            answer=form.cleaned_data["answer"],
        )
        messages.success(request, _("Answered. The person is being told."))
        return redirect("desk:disputes")
    contested = open_dispute(actor=request.actor, reference=reference)
    notice = contested.notice
    element = DataElement.objects.filter(code=notice.element).first()
    context: dict[str, Any] = {
        "title": _("A contested value"),
        "form": form,
        "contested": contested,
        "register": source_name(notice.source),
        "known": known_value(notice.element, contested.value, element),
    }
    response = render(request, "portal/desk/dispute.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
