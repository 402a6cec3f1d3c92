"""Progress by look-up code, without signing in and without a personal word."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.models import Application
from applications.selectors.own import find_by_code, progress_of
from audit.kernel.errors import Refused
from audit.kernel.ids import is_well_formed, normalise
from identity.tallies import address_of, count_one, counted

MISSES = 30
WINDOW = 60
CODE_LENGTH = 8
REMEMBERED = "track"
REMEMBERED_SECONDS = 10 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or show how far its case has come. Unknown codes all get the same answer.

    A code that fits goes into a short-lived signed cookie and not into the address, which stays
    in the history of the browser; links with `?code=` lead the same way.
    """
    given = request.POST if request.method == "POST" else request.GET
    typed = given.get("code", "").strip()
    if "code" not in given:
        return _show_remembered(request)
    if not typed:
        return _form(request)
    _slow_down(request)
    code = normalise(typed[:40])
    if _case_of(code) is None:
        count_one("track", address_of(request), seconds=WINDOW)
        sentence = _("We found nothing under this code. It looks like this: 7Q4K2M9D.")
        errors = [{"name": "code", "message": sentence}]
        return _form(request, {"typed": typed[:40], "page_errors": errors}, status=404)
    return _remember(code)


def _remember(code: str) -> HttpResponse:
    response = redirect("applications:track")
    response.set_signed_cookie(
        REMEMBERED,
        code,
        max_age=REMEMBERED_SECONDS,
        path=response.url,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _show_remembered(request: HttpRequest) -> HttpResponse:
    code = request.get_signed_cookie(REMEMBERED, "", max_age=REMEMBERED_SECONDS)
    application = _case_of(str(code))
    if application is None:
        return _form(request)
    context = {"progress": progress_of(application), "code": code}
    return render(request, "applications/citizen/progress.html", context)


def _form(
    request: HttpRequest, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The question for a code; the one looked at before is forgotten."""
    response = render(request, "applications/citizen/track.html", context, status=status)
    response.delete_cookie(REMEMBERED, path=request.path)
    return response


def _case_of(code: str) -> Application | None:
    is_code = len(code) == CODE_LENGTH and is_well_formed(code)
    return find_by_code(code) if is_code else None


def _slow_down(request: HttpRequest) -> None:
    """Nobody misses thirty times a minute who has a code in hand."""
    if counted("track", address_of(request)) >= MISSES:
        raise Refused(
            code="application.too_many_codes",
            message=_("These were many codes in a short time."),
            next_step=_("Please wait a minute. Or sign in: all your cases are listed there."),
            status=429,
        )
