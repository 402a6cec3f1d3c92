"""The shell of the back office: where the day begins, switching postings, looking up, demand."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications.api.tokens import HOURS, issue_token
from audit.kernel.actors import Capacity
from audit.searches import keep_search, take_search
from identity.doors import STAFF_DOOR
from identity.http import SignedInRequest, require_posting
from portal.desk.demand import DAYS, late_now, most_wanted, never_wanted
from portal.desk.directory import person_of_number
from portal.desk.forms import LookupForm
from portal.desk.lookup import look_up_person
from portal.desk.menu import home_of, postings_of

LOOKUP = "lookup"


@require_GET
@require_posting()
def home(request: SignedInRequest) -> HttpResponse:
    """Everybody lands in the room of their posting."""
    return redirect(home_of(request.actor))


@require_GET
@require_posting()
def postings(request: SignedInRequest) -> HttpResponse:
    """Who holds two postings works in one at a time, and the trail says in which."""
    context = {"title": _("Your postings"), "postings": postings_of(request.actor)}
    return render(request, "portal/desk/postings.html", context)


@require_http_methods(["GET", "POST"])
@require_posting(Capacity.CLERK, Capacity.SUPERIOR)
def lookup(request: SignedInRequest) -> HttpResponse:
    """One person, by number and for a reason. What is found is shown once and kept nowhere."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person_id = person_of_number(form.cleaned_data["number"])
        search = {"person": str(person_id or ""), "reason": form.cleaned_data["reason"]}
        word = keep_search(request.session, LOOKUP, search)
        return redirect(f"{reverse('desk:lookup')}?{urlencode({'search': word})}")
    context: dict[str, Any] = {"title": _("Look a person up"), "form": form}
    asked = take_search(request.session, LOOKUP, request.GET.get("search", ""))
    if asked:
        context["has_result"] = True
        context["found"] = look_up_person(
            actor=request.actor,
            person_id=UUID(asked["person"]) if asked["person"] else None,
            reason=asked["reason"],
        )
    response = render(request, "portal/desk/lookup.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@require_posting()
def demand(request: SignedInRequest) -> HttpResponse:
    """Counted from the cases, the unflattering figures included."""
    wanted, late, never = most_wanted(), late_now(), never_wanted()
    context = {
        "title": _("What people ask for"),
        "wanted": wanted,
        "most": max((one.begun for one in wanted), default=0),
        "facts": [
            {"name": _("Past the promised date now"), "value": late, "bad": late > 0},
            {"name": _("Online, but never asked for"), "value": never, "bad": never > 0},
        ],
        "days": DAYS,
    }
    return render(request, "portal/desk/demand.html", context)


@require_http_methods(["GET", "POST"])
@require_posting(Capacity.CLERK)
def token(request: SignedInRequest) -> HttpResponse:
    """A token for an officer's own program; it ends with the session it was made in."""
    context = {
        "title": _("A token for your program"),
        "hours": HOURS,
        "minutes": STAFF_DOOR.idle_seconds // 60,
        "address": f"{settings.PORTAL_ADDRESS}/api/v1/desk/cases/",
    }
    if request.method == "POST":
        context["token"] = issue_token(request.session.session_key or "")
    response = render(request, "portal/desk/token.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
