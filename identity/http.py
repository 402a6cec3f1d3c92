"""Requests as views meet them: typed, and with the doors' conditions as decorators."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from identity.models import Account

Rest = ParamSpec("Rest")


class PortalRequest(HttpRequest):
    """Any request behind `identity.middleware`: it always has an actor."""

    actor: Actor
    request_id: str


class SignedInRequest(PortalRequest):
    """A request of somebody who signed in."""

    user: Account


View = Callable[Concatenate[SignedInRequest, Rest], HttpResponse]
OpenView = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def require_account(view: View[Rest]) -> OpenView[Rest]:
    """Ask to sign in first; afterwards people land where they wanted to go."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_way_back(request), reverse("account_login"))
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return guarded


def require_citizen(view: View[Rest]) -> OpenView[Rest]:
    """Ask to sign in, and to prove who one is, before anything personal happens."""

    @wraps(view)
    def guarded(
        request: SignedInRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        if request.actor.person_id is None:
            query = urlencode({"next": _way_back(request)})
            return HttpResponseRedirect(f"{reverse('identity:prove')}?{query}")
        return view(request, *args, **kwargs)

    return require_account(guarded)


def require_posting(*capacities: Capacity) -> Callable[[View[Rest]], OpenView[Rest]]:
    """Let in officers who act in one of these capacities; without any named, every officer."""

    def decorate(view: View[Rest]) -> OpenView[Rest]:
        @wraps(view)
        def guarded(
            request: SignedInRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            actor = request.actor
            if not actor.is_staff or (capacities and actor.capacity not in capacities):
                raise Refused(
                    code="identity.not_your_post",
                    message=_("This page belongs to another post."),
                    next_step=_(
                        "If you have another posting, choose it under “Your postings”; or ask"
                        " whose page it is."
                    ),
                    status=403,
                )
            return view(request, *args, **kwargs)

        return require_account(guarded)

    return decorate


def _way_back(request: HttpRequest) -> str:
    """Where to return after signing in: the page itself, or the one a form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return request.path
