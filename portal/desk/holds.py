"""Holds: supervisors decide, two by two, that some looks are shown to the person later."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.kernel.actors import Capacity
from audit.pages import page_of
from audit.typed import typed_before
from catalog.models import Department
from identity.actions.confirm_hold import confirm_hold
from identity.actions.end_hold import end_hold, turn_hold_down
from identity.actions.open_hold import open_hold
from identity.actions.renew_hold import can_be_renewed, renew_hold
from identity.http import SignedInRequest, require_posting
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.holds import TO_CONFIRM, holds_before
from identity.selectors.postings import Post, posts_of
from identity.step_up import step_up
from portal.desk.asking import asked_with
from portal.desk.directory import PortalDirectory
from portal.desk.hold_asking import ask_hold_by_number, tries_left
from portal.desk.hold_forms import HoldForm, RenewForm, TurnDownForm

for_supervisors = require_posting(Capacity.SUPERVISOR)
with_code = step_up("desk:holds")
form_with_code = step_up("desk:holds", has_form=True)
NOT_ASKED = gettext_lazy(
    "No hold came of this: nobody here has this number, the case is not theirs, or it is not for"
    " you to decide. Check both; if they are right, ask another supervisor. That you tried is"
    " written down and counts."
)


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
    posts = posts_of([code for one in page.rows for code in (one.asked_label, one.confirmed_label)])
    context = {
        "title": _("Looks shown later"),
        "rows": [
            {
                "hold": one,
                "asked_by": posts[one.asked_label],
                "confirmed_by": posts.get(one.confirmed_label),
                **state_of(one),
            }
            for one in page.rows
        ],
        "page": page,
    }
    return render(request, "portal/desk/holds.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_supervisors
@form_with_code
def new(request: SignedInRequest) -> HttpResponse:
    """Ask for one; it holds nothing back before somebody else has confirmed it."""
    form = HoldForm(
        request.POST if request.method == "POST" else None,
        initial=typed_before(request),
        offices=PortalDirectory().offices(request.actor.region_code),
    )
    if form.is_valid() and _is_asked_for(request, form):
        messages.success(request, _("Asked for. Another supervisor has to confirm it."))
        return redirect("desk:holds")
    context = {"title": _("Show looks later"), "form": form, "left": tries_left(request.actor)}
    return render(request, "portal/desk/hold_new.html", context)


def _is_asked_for(request: SignedInRequest, form: HoldForm) -> bool:
    """Whether a hold came of it."""

    def ask() -> DisclosureHold | None:
        return ask_hold_by_number(
            actor=request.actor,
            number=form.cleaned_data["number"],
            request_for=form.request_for,
        )

    return asked_with(form, ask, nothing=NOT_ASKED) is not None


@never_cache
@require_http_methods(["GET", "POST"])
@for_supervisors
@form_with_code
def hold(request: SignedInRequest, reference: str) -> HttpResponse:
    """One of them: whom, which looks, why; and what can be done with it. Posting renews it."""
    form = RenewForm(
        request.POST if request.method == "POST" else None, initial=typed_before(request)
    )
    if request.method == "POST" and form.is_valid():
        renew_hold(actor=request.actor, reference=reference, **form.cleaned_data)
        messages.success(request, _("Asked for. Another supervisor has to confirm it."))
        return redirect("desk:holds")
    return _page(request, reference, form)


@never_cache
@require_POST
@for_supervisors
def turn_down(request: SignedInRequest, reference: str) -> HttpResponse:
    """The second supervisor says no, and why."""
    form = TurnDownForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form)
    turn_hold_down(actor=request.actor, reference=reference, **form.cleaned_data)
    messages.success(request, _("Turned down. Whoever asked can read why."))
    return redirect("desk:holds")


def _page(request: SignedInRequest, reference: str, form: Form) -> HttpResponse:
    found = open_hold(actor=request.actor, reference=reference)
    hold = found.hold
    waits = _waits(hold)
    is_own = hold.asked_by_id in accounts_of_the_same(request.actor)
    context = {
        "title": _("Looks shown later"),
        "found": found,
        "hold": hold,
        "named": _named(hold),
        **_by_whom(hold),
        "form": form,
        "turning_down": form if isinstance(form, TurnDownForm) else TurnDownForm(),
        "may_confirm": waits and not is_own,
        "may_take_back": waits and is_own,
        "may_end": bool(hold.confirmed_at) and hold.ended_at is None,
        "may_renew": can_be_renewed(hold),
        **state_of(hold),
    }
    return render(request, "portal/desk/hold.html", context)


@require_POST
@for_supervisors
@with_code
def confirm(request: SignedInRequest, reference: str) -> HttpResponse:
    confirm_hold(actor=request.actor, reference=reference)
    messages.success(request, _("Confirmed. The looks are held back from now on."))
    return redirect("desk:holds")


@require_POST
@for_supervisors
def end(request: SignedInRequest, reference: str) -> HttpResponse:
    end_hold(actor=request.actor, reference=reference)
    messages.success(request, _("Ended. The person sees it now."))
    return redirect("desk:holds")


def _by_whom(hold: DisclosureHold) -> dict[str, Post | None]:
    """The officers the page names."""
    code = hold.scope_code if hold.scope == DisclosureHold.Scope.OFFICER else ""
    codes = (hold.asked_label, hold.confirmed_label, hold.ended_label, code)
    posts = posts_of(codes)
    names = ("asked_by", "confirmed_by", "ended_by", "officer")
    return {name: posts.get(one) for name, one in zip(names, codes, strict=True)}


def state_of(hold: DisclosureHold) -> dict[str, str]:
    """How it stands, as a tag."""
    if _waits(hold):
        return {"state": _("waits for the second supervisor"), "kind": "info", "mark": "dot"}
    if not hold.confirmed_at:
        return _why_never(hold)
    if hold.ended_at or (hold.expires_at and hold.expires_at <= timezone.now()):
        return {"state": _("over, shown"), "kind": "ok", "mark": "check"}
    return {"state": _("in force"), "kind": "wait", "mark": "clock"}


def _why_never(hold: DisclosureHold) -> dict[str, str]:
    if not hold.ended_label:
        return {"state": _("never confirmed"), "kind": "", "mark": ""}
    if hold.ended_label == hold.asked_label:
        return {"state": _("taken back"), "kind": "", "mark": ""}
    return {"state": _("turned down"), "kind": "stop", "mark": "cross"}


def _waits(hold: DisclosureHold) -> bool:
    fresh = hold.asked_at + TO_CONFIRM > timezone.now()
    return hold.confirmed_at is None and hold.ended_at is None and fresh


def _named(hold: DisclosureHold) -> str:
    """What the code of the scope stands for, where it has a name."""
    if hold.scope != DisclosureHold.Scope.OFFICE:
        return hold.scope_code
    office = Department.objects.filter(code=hold.scope_code).first()
    return office.display_name if office else hold.scope_code
