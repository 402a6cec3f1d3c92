"""Anonymous pages answered before sessions, accounts and the database are asked.

A view marks its answer with `anonymous_page(response)`; the middleware keeps it for half a minute,
and only for visitors who are not signed in. Such pages carry no form token.
"""

from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

View = Callable[[HttpRequest], HttpResponse]

SECONDS = 30
# Who carries one of these is somebody, or is about to be told something meant for them alone.
OWN_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})
FACES = ("ui_theme", "ui_size", "ui_contrast")


def anonymous_page(response: HttpResponse) -> HttpResponse:
    """Say that this answer holds for everybody who is not signed in."""
    response.for_anybody = True  # type: ignore[attr-defined]
    return response


class AnonymousPageMiddleware:
    """Keeps marked answers for half a minute, apart for each language and face."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or OWN_COOKIES & request.COOKIES.keys():
            return self.get_response(request)
        key = self._key(request)
        kept = cache.get(key)
        if kept is not None:
            body, content_type, language = kept
            response = HttpResponse(body, content_type=content_type)
            response["Content-Language"] = language
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
            return response
        response = self.get_response(request)
        if getattr(response, "for_anybody", False) and response.status_code == 200:  # noqa: PLR2004
            content = (response.content, response["Content-Type"], response["Content-Language"])
            cache.set(key, content, SECONDS)
        return response

    @staticmethod
    def _key(request: HttpRequest) -> str:
        language = translation.get_language_from_request(request)
        parts = [language, request.get_host(), request.get_full_path()]
        parts += [request.COOKIES.get(name, "") for name in FACES]
        return "page:" + sha256("\n".join(parts).encode()).hexdigest()
