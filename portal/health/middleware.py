"""Answers the operators' addresses before anything else is asked.

No session, no account, no transaction of a request: `/health/live` must answer when the database
does not, and a load balancer speaks plain HTTP and names no host of ours.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.health.urls import urlpatterns

View = Callable[[HttpRequest], HttpResponse]

ANSWERS: dict[str, View] = {f"/{page.pattern}": page.callback for page in urlpatterns}


def health(get_response: View) -> View:
    """Behind the middleware that only sets headers: what is no address of this room goes on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return ANSWERS.get(request.path_info, get_response)(request)

    return middleware
