"""Where anybody can confirm a document of this portal, without signing in."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from applications.models import Outcome
from audit.kernel.errors import Refused
from audit.kernel.ids import is_well_formed, normalise
from catalog.text import Text

CODE_LENGTH = 12
LOOKS = 30
WINDOW = 60


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Confirm a code: number, kind, office and dates; never whose document it is."""
    typed = request.GET.get("code", "").strip()[:40]
    if not typed:
        return render(request, "portal/trust/home.html")
    _slow_down(request)
    outcome = find_outcome(typed)
    context: dict[str, Any] = {"typed": typed, "outcome": outcome, "has_result": True}
    if outcome is not None:
        today = timezone.localdate()
        context["title"] = Text.read(outcome.title)
        context["is_granted"] = outcome.result == Outcome.Result.GRANTED
        context["has_expired"] = outcome.valid_until is not None and outcome.valid_until < today
    return render(request, "portal/trust/home.html", context, status=200 if outcome else 404)


def find_outcome(typed: str) -> Outcome | None:
    """The document of a code as people type it. A mistyped code is not even looked for."""
    code = normalise(typed)
    if len(code) != CODE_LENGTH or not is_well_formed(code):
        return None
    return Outcome.objects.select_related("department").filter(code=code).first()


def _slow_down(request: HttpRequest) -> None:
    """Nobody needs thirty codes a minute."""
    key = f"trust:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW)
    try:
        looks = cache.incr(key)
    except ValueError:
        return
    if looks > LOOKS:
        raise Refused(
            code="trust.too_many_codes",
            message=_("These were many codes in a short time."),
            next_step=_("Please wait a minute, then try again."),
            status=429,
        )
