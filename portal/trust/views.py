"""Where anybody can confirm a document of this portal, without signing in."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.models import Outcome
from audit.kernel.errors import Refused
from catalog.text import Text
from identity.tallies import address_of, count_one
from portal.trust.letters import check_code, check_file
from portal.trust.proofs import read_proof
from portal.trust.trail import show_check

LARGEST = 256 * 1024
LOOKS = 30
WINDOW = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Confirm a code, or a saved letter: what it is, for whom in masked words, who issued it."""
    if request.method == "POST":
        return _compare(request)
    typed = request.GET.get("code", "").strip()[:40]
    if not typed:
        return render(request, "portal/trust/home.html")
    _slow_down(request)
    outcome = check_code(typed)
    context = {"typed": typed, "outcome": outcome, "has_result": True, **_words_of(outcome)}
    return render(request, "portal/trust/home.html", context, status=200 if outcome else 404)


def _compare(request: HttpRequest) -> HttpResponse:
    """A saved letter: exactly as issued, or not one of ours as it is."""
    _slow_down(request)
    file = request.FILES.get("letter")
    refused = _cannot_compare(file)
    if file is None or refused:
        errors = [{"name": "letter", "message": refused}]
        lacking = {"file_error": refused, "page_errors": errors}
        return render(request, "portal/trust/home.html", lacking, status=422)
    given = file.read()
    outcome = check_file(given)
    if outcome is None and (text := given.decode("utf-8", errors="ignore")) and read_proof(text):
        return show_check(request, text)
    context = {"outcome": outcome, "has_result": True, "is_file": True, **_words_of(outcome)}
    return render(request, "portal/trust/home.html", context, status=200 if outcome else 404)


def _cannot_compare(file: UploadedFile | None) -> str:
    if file is None:
        return gettext("Choose the letter that was saved, a file ending in .html.")
    if file.size is None or file.size > LARGEST:
        return gettext("This file is too large to be one of our letters. Choose the saved letter.")
    return ""


def _words_of(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    return {
        "title": Text.read(outcome.title),
        "is_granted": outcome.result == Outcome.Result.GRANTED,
        "has_expired": outcome.valid_until is not None
        and outcome.valid_until < timezone.localdate(),
    }


def _slow_down(request: HttpRequest) -> None:
    """Nobody needs thirty codes or files a minute."""
    looks = count_one("trust", address_of(request), seconds=WINDOW)
    if looks > LOOKS:
        raise Refused(
            code="trust.too_many_codes",
            message=_("These were many codes in a short time."),
            next_step=_("Please wait a minute, then try again."),
            status=429,
        )
