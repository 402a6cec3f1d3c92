"""Where supervisors judge the looks that were taken without a case."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit.kernel.actors import Capacity
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.lines import Named
from audit.pages import page_of
from audit.trail import ObjectRef
from audit.typed import typed_before
from catalog.models import Department
from identity.http import SignedInRequest, require_posting
from identity.selectors.near import protected_among
from identity.step_up import step_up
from portal.desk.directory import PortalDirectory
from portal.desk.forms import VerdictForm
from portal.desk.found import found_by_others
from portal.desk.models import LookupReview
from portal.desk.reasons import REASONS
from portal.desk.reviews import judge_look, open_review, reviews_for
from portal.desk.seen_words import opened_in_words

OPEN, JUDGED = "open", "judged"
KINDS = {LookupReview.State.FINE: "ok", LookupReview.State.NOT_FINE: "stop"}
in_supervision = require_posting(Capacity.SUPERVISOR)


@require_GET
@in_supervision
def reviews(request: SignedInRequest) -> HttpResponse:
    """What waits, the oldest first; what was judged, the newest first. Names nobody."""
    is_open = request.GET.get("show") != JUDGED
    page = page_of(
        reviews_for(request.actor, is_open=is_open),
        keys=("at", "id") if is_open else ("reviewed_at", "id"),
        cursor=request.GET.get("from", ""),
        descending=not is_open,
    )
    offices = _offices({row.department for row in page.rows})
    context = {
        "title": _("Reviews of looks"),
        "tabs": [(OPEN, _("To be reviewed"), is_open), (JUDGED, _("Reviewed"), not is_open)],
        "is_open": is_open,
        "rows": [_row(row, offices) for row in page.rows],
        "page": page,
    }
    return render(request, "portal/desk/reviews.html", context)


@require_http_methods(["GET", "POST"])
@in_supervision
@step_up("desk:reviews", has_form=True)
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """One look: who, when, why, whom. Reading and judging it are recorded for that person."""
    form = VerdictForm(
        request.POST if request.method == "POST" else None, initial=typed_before(request)
    )
    if form.is_valid() and _judged(request, reference, form):
        messages.success(request, _("Reviewed. The person concerned can see it."))
        return redirect("desk:reviews")
    file = open_review(actor=request.actor, reference=reference)
    names = PortalDirectory().names(file.subjects)
    offices = _offices({file.review.department})
    context: dict[str, Any] = {
        "title": _("Review of a look"),
        "form": form,
        "file": file,
        "row": _row(file.review, offices),
        "opened": opened_in_words(file.opened),
        "people": [Named(one, names[one]) for one in file.subjects if one in names],
        "found": found_by_others(request.actor, [file.look], but=ObjectRef.of(file.review)),
        "is_protected": bool(protected_among(file.subjects)),
    }
    response = render(request, "portal/desk/review.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _judged(request: SignedInRequest, reference: str, form: VerdictForm) -> bool:
    try:
        judge_look(
            actor=request.actor,
            reference=reference,
            state=LookupReview.State(form.cleaned_data["state"]),
            words=form.cleaned_data["words"],
        )
    except Refused as refusal:
        if refusal.code != "desk.look_was_judged":
            raise
        form.add_error(None, in_a_row(refusal.message, refusal.next_step))
        return False
    return True


def _offices(codes: set[str]) -> dict[str, str]:
    return {one.code: one.display_name for one in Department.objects.filter(code__in=codes)}


def _row(row: LookupReview, offices: dict[str, str]) -> dict[str, Any]:
    is_open = row.state == LookupReview.State.OPEN
    return {
        "review": row,
        "office": offices.get(row.department, row.department),
        "reason": REASONS.get(row.reason, row.reason),
        "is_open": is_open,
        "is_overdue": is_open and row.due_on < timezone.localdate(),
        "state_kind": KINDS.get(LookupReview.State(row.state), "wait"),
    }
