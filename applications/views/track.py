"""Progress by look-up code, without signing in and without a personal word."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.selectors.own import find_by_code, progress_of
from audit.kernel.errors import Refused
from audit.kernel.ids import is_well_formed, normalise

MISSES = 30
WINDOW = 60
CODE_LENGTH = 8


@require_safe
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or show how far its case has come. Unknown codes all get the same answer."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return render(request, "applications/citizen/track.html")
    misses = f"track:{request.META.get('REMOTE_ADDR', '')}"
    _slow_down(misses)
    code = normalise(typed[:40])
    application = None
    if len(code) == CODE_LENGTH and is_well_formed(code):
        application = find_by_code(code)
    if application is None:
        _count(misses)
        sentence = _("We found nothing under this code. It looks like this: 7Q4K2M9D.")
        errors = [{"name": "code", "message": sentence}]
        context = {"typed": typed[:40], "page_errors": errors}
        return render(request, "applications/citizen/track.html", context, status=404)
    return render(
        request,
        "applications/citizen/progress.html",
        {"progress": progress_of(application), "code": code},
    )


def _slow_down(key: str) -> None:
    """Nobody misses thirty times a minute who has a code in hand."""
    if cache.get(key, 0) >= MISSES:
        raise Refused(
            code="application.too_many_codes",
            message=_("These were many codes in a short time."),
            next_step=_("Please wait a minute. Or sign in: all your cases are listed there."),
            status=429,
        )


def _count(key: str) -> None:
    cache.add(key, 0, WINDOW)
    try:
        cache.incr(key)
    except ValueError:  # the minute ended just now
        cache.add(key, 1, WINDOW)
