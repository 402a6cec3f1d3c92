"""What every request goes through first: a number of its own, and a look at whether it is text."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from audit.kernel.plain import without_disguise

View = Callable[[HttpRequest], HttpResponse]

_NUL = "\x00"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_ID = re.compile(r"[A-Za-z0-9-]{8,40}")


def request_id(get_response: View) -> View:
    """Give the request an id, or keep a trusted proxy's; the trail and the answer carry it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "") if settings.TRUSTED_PROXY else ""
        request.request_id = given if _ID.fullmatch(given) else uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    return middleware


def head_as_get(get_response: View) -> View:
    """Whoever asks with HEAD is told what GET would say; the server leaves the body out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return get_response(request)
        request.method = "GET"
        response = get_response(request)
        request.method = "HEAD"
        return response

    return middleware


def no_devices(get_response: View) -> View:
    """No page needs camera, microphone or place, so none may ask for them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        return response

    return middleware


def plain_request(get_response: View) -> View:
    """Refuse addresses and names of fields that no database could store, before one is asked; take
    out of what is typed what would have it read otherwise than it is kept. What came before that
    stays at hand (`request.as_it_came`) for the one page that looks for signs nobody sees."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _NUL in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        if request.content_type in _FORMS:
            if any(_NUL in name for name in (*request.POST, *request.FILES)):
                return render(request, "400.html", status=400)
            request.as_it_came = request.POST  # type: ignore[attr-defined]
            request.POST = _without_disguise(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _without_disguise(posted: QueryDict) -> QueryDict:
    """What was posted, without what is not seen in what stands in the fields."""
    if all(value.isascii() for _name, values in posted.lists() for value in values):
        return posted
    plain = QueryDict(mutable=True)
    for name, values in posted.lists():
        plain.setlist(name, [without_disguise(value) for value in values])
    plain._mutable = False
    return plain
