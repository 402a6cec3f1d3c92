"""The shell of the back office: where the day begins, switching postings, demand, tokens."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications.api.tokens import HOURS, issue_token
from audit.kernel.actors import Capacity
from identity.doors import STAFF_DOOR
from identity.http import SignedInRequest, require_posting
from portal.desk.demand import DAYS, late_now, most_wanted, never_wanted
from portal.desk.menu import home_of, postings_of


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
