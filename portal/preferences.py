"""How a reader wants the pages to look: theme, text size, contrast, language.

The choice lives in cookies, so the very first byte of a page carries it and no account is needed.
Every tool is a plain form; the script only saves the reload.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.kernel.errors import Refused
from identity.actions.choose_language import choose_language
from identity.models import Account

CHOICES: dict[str, frozenset[str]] = {
    "theme": frozenset({"light", "dark"}),
    "size": frozenset({"large"}),
    "contrast": frozenset({"more"}),
}
OWN_SITE = "same-origin"
ONE_YEAR = 365 * 24 * 60 * 60
HTML_LANGUAGE = {"zh-hans": "zh-Hans", "en": "en"}


def chosen(request: HttpRequest) -> dict[str, str]:
    """What the reader chose; anything we do not know counts as no choice."""
    wishes = {name: request.COOKIES.get(f"ui_{name}", "") for name in CHOICES}
    return {name: wish if wish in CHOICES[name] else "" for name, wish in wishes.items()}


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the outermost element of every page needs."""
    return {
        **face_context(request),
        "idle_seconds": SimpleLazyObject(lambda: idle_seconds(request)),
    }


def face_context(request: HttpRequest) -> dict[str, Any]:
    """The part of it that asks nobody who is reading."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "ui": chosen(request),
        "html_lang": HTML_LANGUAGE.get(language, language),
        "other_language": "en" if language.startswith("zh") else "zh-hans",
        "sample": settings.PORTAL_SAMPLE,
        "help_phone": settings.HELP_PHONE,
    }


def idle_seconds(request: HttpRequest) -> int:
    """After how long without a sign of life a session ends; 0 for visitors, who have none."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    staff_door = request.path.startswith("/admin/")
    return int(settings.STAFF_IDLE_SECONDS if staff_door else settings.CITIZEN_IDLE_SECONDS)


# Public pages are kept in a shared cache and carry no token; a foreign page is refused below.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """All choices on one page, and the place every tool posts to."""
    if request.method != "POST":
        return render(request, "portal/preferences.html")
    if request.headers.get("Sec-Fetch-Site", OWN_SITE) not in {OWN_SITE, "none"}:
        raise _refusal()
    response = HttpResponseRedirect(_way_back(request))
    for name, value in request.POST.items():
        if name != "next":
            _remember(response, name, str(value))
    _tell_account(request)
    return response


def _tell_account(request: HttpRequest) -> None:
    """Who is signed in here is written to in this language from now on."""
    account = getattr(request, "user", None)
    language = request.POST.get("language")
    if language and isinstance(account, Account):
        actor = request.actor  # type: ignore[attr-defined]
        choose_language(actor=actor, account=account, language=language)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    if name == "language" and value in dict(settings.LANGUAGES):
        cookie = settings.LANGUAGE_COOKIE_NAME
    elif name in CHOICES and (value in CHOICES[name] or not value):
        cookie = f"ui_{name}"
    else:
        raise _refusal()
    response.set_cookie(
        cookie,
        value,
        max_age=ONE_YEAR if value else 0,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _way_back(request: HttpRequest) -> str:
    """The page the reader came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


def _refusal() -> Refused:
    return Refused(
        code="portal.unknown_preference",
        message=_("We do not know this setting, so nothing was changed."),
        next_step=_("Choose one of the settings on the page “How pages look”."),
        status=400,
    )
