"""Is it alive, can it serve, and how is it doing. Nothing here tells anything about anybody."""

import hmac

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health.checks import look
from portal.health.figures import as_text, measured

LOOPBACK = frozenset({"127.0.0.1", "::1", ""})  # "" is a unix socket
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NOT_READY = 503


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; the database is not asked."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 if requests can be served, 503 if not.

    A stuck outbox or a silent worker is named and answered with 200: messages are late then, but
    taking the pages away as well would help nobody.
    """
    state = look()
    return JsonResponse(state.as_dict(), status=200 if state.can_serve else NOT_READY)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What the database knows, for Prometheus; others than the operators learn nothing of it."""
    if not _is_operator(request):
        raise Http404
    try:
        text = as_text(measured())
    except DatabaseError:
        return HttpResponse("# the database does not answer\n", METRICS_TYPE, NOT_READY)
    return HttpResponse(text, METRICS_TYPE)


def _is_operator(request: HttpRequest) -> bool:
    """The token where one is set, else the machine itself, asked directly and not by a proxy."""
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(header in request.headers for header in PROXY_HEADERS):
        return False
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK
