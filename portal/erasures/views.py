"""Erasing words of the trail by law: supervisors order it, two by two."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.keeping.affected import takes_nothing
from audit.kernel.actors import Capacity
from audit.pages import page_of
from audit.typed import typed_before
from identity.http import SignedInRequest, require_posting
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.postings import posts_of
from identity.step_up import step_up
from portal.desk.asking import asked_with
from portal.desk.hold_forms import TurnDownForm
from portal.desk.trail_words import ERASURES, actor_in_words, capacity_in_words, verb_in_words
from portal.erasures.ask_erasure import ask_erasure_by_number, tries_left
from portal.erasures.confirm_erasure import confirm_erasure
from portal.erasures.end_erasure import end_erasure, turn_erasure_down
from portal.erasures.forms import ErasureForm
from portal.erasures.models import ErasureOrder
from portal.erasures.open_erasure import open_erasure
from portal.erasures.selectors import Standing, orders_before, standing_of
from portal.erasures.words import sorts_in_words

for_supervisors = require_posting(Capacity.SUPERVISOR)
with_code = step_up("desk:erasures")
form_with_code = step_up("desk:erasures", has_form=True)
NOT_ASKED = gettext_lazy(
    "No order came of this: nobody here has this number, or it is not for you to decide. Check it;"
    " if it is right, ask another supervisor. That you tried is written down and counts."
)


@never_cache
@require_GET
@for_supervisors
def erasures(request: SignedInRequest) -> HttpResponse:
    """All orders, the newest first. Opens nothing."""
    page = page_of(
        orders_before(request.actor),
        keys=("asked_at", "id"),
        cursor=request.GET.get("from", ""),
        descending=True,
    )
    posts = posts_of([code for one in page.rows for code in (one.asked_label, one.confirmed_label)])
    context = {
        "title": _("Erasing words by law"),
        "rows": [
            {
                "order": one.order,
                "ground": ERASURES.get(one.order.ground),
                "asked_by": posts[one.order.asked_label],
                "confirmed_by": posts.get(one.order.confirmed_label),
                **tag_of(one),
            }
            for one in standing_of(page.rows)
        ],
        "page": page,
    }
    return render(request, "portal/erasures/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_supervisors
@form_with_code
def new(request: SignedInRequest) -> HttpResponse:
    """Ask for one; then its page shows what would go."""
    form = ErasureForm(
        request.POST if request.method == "POST" else None, initial=typed_before(request)
    )
    order = _asked_for(request, form) if form.is_valid() else None
    if order is not None:
        if not takes_nothing(order.erasure):
            messages.success(request, _("Asked for. Another supervisor has to confirm it."))
        return redirect("desk:erasure", order.number)
    context = {"title": _("Erase words by law"), "form": form, "left": tries_left(request.actor)}
    return render(request, "portal/erasures/new.html", context)


def _asked_for(request: SignedInRequest, form: ErasureForm) -> ErasureOrder | None:
    """What came of it."""

    def ask() -> ErasureOrder | None:
        return ask_erasure_by_number(
            actor=request.actor,
            number=form.cleaned_data["number"],
            request_for=form.request_for,
        )

    return asked_with(form, ask, nothing=NOT_ASKED)


@never_cache
@require_GET
@for_supervisors
def erasure(request: SignedInRequest, number: str) -> HttpResponse:
    """One of them: whose words, which entries, what still needs them; and what can be done."""
    return _page(request, number, TurnDownForm())


def _page(request: SignedInRequest, number: str, form: TurnDownForm) -> HttpResponse:
    """The page; `form` is the answer that was just typed and says too little, or an empty one."""
    found = open_erasure(actor=request.actor, number=number)
    order, standing = found.standing.order, found.standing
    is_own = order.asked_by_id in accounts_of_the_same(request.actor)
    posts = posts_of([order.asked_label, order.confirmed_label, order.ended_label])
    context = {
        "title": _("Erasing words by law"),
        "found": found,
        "order": order,
        "ground": ERASURES.get(order.ground),
        "asked_by": posts[order.asked_label],
        "confirmed_by": posts.get(order.confirmed_label),
        "ended_by": posts.get(order.ended_label),
        "groups": [
            {
                "what": verb_in_words(one.verb),
                "who": actor_in_words(one.label, one.capacity),
                "as_what": capacity_in_words(one.capacity),
                "sorts": sorts_in_words(one.sorts),
                "is_one_day": localdate(one.first) == localdate(one.last),
                "group": one,
            }
            for one in found.affected
        ],
        "is_blocked": bool(found.needs) and not order.although_needed,
        "is_empty": standing.waits and found.is_empty,
        "form": form,
        "may_answer": standing.waits and not is_own,
        "may_end": standing.is_ready or (standing.waits and is_own),
        **tag_of(standing),
    }
    return render(request, "portal/erasures/one.html", context)


@require_POST
@for_supervisors
@with_code
def confirm(request: SignedInRequest, number: str) -> HttpResponse:
    confirm_erasure(actor=request.actor, number=number)
    messages.success(request, _("Confirmed. The operator can carry it out now."))
    return redirect("desk:erasure", number)


@never_cache
@require_POST
@for_supervisors
def turn_down(request: SignedInRequest, number: str) -> HttpResponse:
    """The second supervisor says no, and why."""
    form = TurnDownForm(request.POST)
    if not form.is_valid():
        return _page(request, number, form)
    turn_erasure_down(actor=request.actor, number=number, **form.cleaned_data)
    messages.success(request, _("Turned down. Whoever asked can read why."))
    return redirect("desk:erasure", number)


@require_POST
@for_supervisors
def end(request: SignedInRequest, number: str) -> HttpResponse:
    end_erasure(actor=request.actor, number=number)
    messages.success(request, _("Taken back. Nothing is erased."))
    return redirect("desk:erasures")


def tag_of(standing: Standing) -> dict[str, str]:
    """How it stands, as a tag."""
    if standing.is_done:
        return {"state": _("carried out"), "kind": "ok", "mark": "check"}
    if standing.order.turned_down:
        return {"state": _("turned down"), "kind": "stop", "mark": "cross"}
    if standing.order.ended_at:
        return {"state": _("taken back"), "kind": "", "mark": ""}
    if standing.waits:
        return {"state": _("waits for the second supervisor"), "kind": "info", "mark": "dot"}
    return {"state": _("waits for the operator"), "kind": "wait", "mark": "clock"}
