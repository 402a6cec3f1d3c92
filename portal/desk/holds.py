"""Holds: supervisors decide, two by two, that some looks are shown to the person later."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.kernel.actors import Capacity
from audit.pages import page_of
from catalog.models import Department
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.confirm_hold import confirm_hold
from identity.actions.end_hold import end_hold
from identity.actions.open_hold import open_hold
from identity.actions.renew_hold import can_be_renewed, renew_hold
from identity.http import SignedInRequest, require_posting
from identity.models import DisclosureHold
from identity.selectors.holds import TO_CONFIRM, holds_before
from portal.desk.hold_forms import HoldForm, RenewForm

for_supervisors = require_posting(Capacity.SUPERVISOR)


@never_cache
@require_GET
@for_supervisors
def holds(request: SignedInRequest) -> HttpResponse:
    """All of them, the newest first. Opens nothing."""
    page = page_of(
        holds_before(request.actor),
        keys=("asked_at", "id"),
        cursor=request.GET.get("from", ""),
        descending=True,
    )
    context = {
        "title": _("Looks shown later"),
        "rows": [{"hold": one, **state_of(one)} for one in page.rows],
        "page": page,
    }
    return render(request, "portal/desk/holds.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_supervisors
def new(request: SignedInRequest) -> HttpResponse:
    """Ask for one; it holds nothing back before somebody else has confirmed it."""
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        wanted = HoldRequest(
            subject_id=asked["subject"],
            scope=DisclosureHold.Scope(asked["scope"]),
            scope_code=asked["scope_code"],
            looks_from=asked["looks_from"],
            looks_to=asked["looks_to"],
            ground=DisclosureHold.Ground(asked["ground"]),
            days=asked["days"],
            words=asked["words"],
        )
        ask_hold(actor=request.actor, wanted=wanted)
        messages.success(request, _("Asked for. Another supervisor has to confirm it."))
        return redirect("desk:holds")
    context = {"title": _("Show looks later"), "form": form}
    return render(request, "portal/desk/hold_new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_supervisors
def hold(request: SignedInRequest, reference: str) -> HttpResponse:
    """One of them: whom, which looks, why; and what can be done with it. Posting renews it."""
    form = RenewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        renew_hold(actor=request.actor, reference=reference, **form.cleaned_data)
        messages.success(request, _("Asked for. Another supervisor has to confirm it."))
        return redirect("desk:holds")
    found = open_hold(actor=request.actor, reference=reference)
    context = {
        "title": _("Looks shown later"),
        "found": found,
        "hold": found.hold,
        "named": _named(found.hold),
        "form": form,
        "may_confirm": _waits(found.hold) and found.hold.asked_by_id != request.user.pk,
        "may_end": found.hold.ended_at is None,
        "may_renew": can_be_renewed(found.hold),
        **state_of(found.hold),
    }
    return render(request, "portal/desk/hold.html", context)


@require_POST
@for_supervisors
def confirm(request: SignedInRequest, reference: str) -> HttpResponse:
    confirm_hold(actor=request.actor, reference=reference)
    messages.success(request, _("Confirmed. The looks are held back from now on."))
    return redirect("desk:holds")


@require_POST
@for_supervisors
def end(request: SignedInRequest, reference: str) -> HttpResponse:
    end_hold(actor=request.actor, reference=reference)
    messages.success(request, _("Ended. The person sees the looks now."))
    return redirect("desk:holds")


def state_of(hold: DisclosureHold) -> dict[str, str]:
    """How it stands, as a tag."""
    if hold.ended_at or (hold.expires_at and hold.expires_at <= timezone.now()):
        return {"state": _("over, shown"), "kind": "ok", "mark": "check"}
    if hold.confirmed_at:
        return {"state": _("in force"), "kind": "wait", "mark": "clock"}
    if _waits(hold):
        return {"state": _("waits for the second supervisor"), "kind": "info", "mark": "dot"}
    return {"state": _("never confirmed"), "kind": "", "mark": ""}


def _waits(hold: DisclosureHold) -> bool:
    fresh = hold.asked_at + TO_CONFIRM > timezone.now()
    return hold.confirmed_at is None and hold.ended_at is None and fresh


def _named(hold: DisclosureHold) -> str:
    """What the code of the scope stands for, where it has a name."""
    if hold.scope != DisclosureHold.Scope.OFFICE:
        return hold.scope_code
    office = Department.objects.filter(code=hold.scope_code).first()
    return office.display_name if office else hold.scope_code
