"""Which citizen an officer is: what two administrations said, and what they take back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audit.kernel.actors import Capacity
from audit.kernel.errors import Refused
from audit.pages import page_of
from audit.trail import record
from identity.actions.answer_link import confirm_link, turn_link_down
from identity.actions.end_link import answer_end_of_link, ask_end_of_link
from identity.actions.link_officer import LINKS, numbers_left
from identity.actions.object_to_link import object_to_link
from identity.http import SignedInRequest, require_posting
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.officer_links import links_in_force, links_waiting, with_numbers
from identity.step_up import step_up

LISTED = "officer.listed"
Act = tuple[Callable[..., Any], dict[str, bool], Promise]
ANSWERS: dict[str, Act] = {
    "confirm": (confirm_link, {}, gettext_lazy("Confirmed. The officer is told.")),
    "turn_down": (turn_link_down, {}, gettext_lazy("Turned down. Nothing came of it.")),
}
ENDS: dict[str, Act] = {
    "ask": (
        ask_end_of_link,
        {},
        gettext_lazy("Asked for. It holds until security administration agrees."),
    ),
    "agree": (
        answer_end_of_link,
        {"agreed": True},
        gettext_lazy("Taken back. The officer can be linked anew, and is told."),
    ),
    "refuse": (
        answer_end_of_link,
        {"agreed": False},
        gettext_lazy("Turned down. Who the officer is holds on."),
    ),
}
for_administrators = require_posting(Capacity.SYSADMIN, Capacity.SECADMIN)


@never_cache
@require_safe
@for_administrators
def links(request: SignedInRequest) -> HttpResponse:
    """What waits for an answer, and what holds. Each citizen shown is in the entry."""
    name = request.GET.get("name", "").strip()[:40]
    waiting = links_waiting()
    page = page_of(
        links_in_force(name),
        keys=("entered_at", "id"),
        cursor=request.GET.get("from", ""),
        descending=True,
    )
    shown = {one.person_id for one in (*waiting, *page.rows)}
    record(actor=request.actor, verb=LISTED, subjects=sorted(shown), purpose=LINKS)
    context = {
        "title": _("Officers as citizens"),
        "waiting": with_numbers(waiting),
        "in_force": with_numbers(page.rows),
        "page": page,
        "name": name,
        "query": f"{urlencode({'name': name})}&" if name else "",
        "own": set(accounts_of_the_same(request.actor)),
        "is_system": request.actor.capacity is Capacity.SYSADMIN,
        "left": numbers_left(request.actor),
    }
    return render(request, "identity/officer_links.html", context)


@require_POST
@for_administrators
@step_up("identity:officer-links")
def answer(request: SignedInRequest, link_id: UUID) -> HttpResponse:
    """Confirm a link that waits, or turn it down."""
    return _carried_out(request, link_id, ANSWERS)


@require_POST
@for_administrators
@step_up("identity:officer-links")
def end(request: SignedInRequest, link_id: UUID) -> HttpResponse:
    """Ask for the end of a link that holds, agree to it, or turn it down."""
    return _carried_out(request, link_id, ENDS)


def _carried_out(request: SignedInRequest, link_id: UUID, acts: dict[str, Act]) -> HttpResponse:
    known = acts.get(request.POST.get("answer", ""))
    if known is None:
        raise Refused(
            code="identity.no_answer",
            message=_("This is neither yes nor no, so nothing was decided."),
            next_step=_("Go back to the list and press one of the two buttons."),
            status=422,
        )
    act, given, said = known
    act(actor=request.actor, link_id=link_id, **given)
    messages.success(request, str(said))
    return redirect("identity:officer-links")


@require_POST
@require_posting()
def object_to_own(request: SignedInRequest) -> HttpResponse:
    """The officer says that it is wrong."""
    object_to_link(actor=request.actor)
    messages.success(request, _("Noted. Both administrations are told and look into it."))
    return redirect("identity:relatives")
