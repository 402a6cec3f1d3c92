"""One shape for every refusal and every fault, on pages and in the API."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.attempts import record_attempt
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.doors import STAFF_PREFIX

View = Callable[[HttpRequest], HttpResponse]

TOO_LARGE = 413


class RefusalMiddleware:
    """Shows a refusal as a page that says what happened and what to do next."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        actor: Actor | None = getattr(request, "actor", None)
        record_attempt(actor, error)
        page = "portal/refused_staff.html" if _is_at_work(request) else "portal/refused.html"
        return render(request, page, {"refusal": error}, status=error.status)


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer refusals and REST framework's own errors as problem details (RFC 9457)."""
    if isinstance(error, Refused):
        record_attempt(getattr(context["request"], "actor", None), error)
        return _problem(error.code, error.status, str(error.message), str(error.next_step))
    if isinstance(error, RequestDataTooBig):
        return _problem(
            "request.too_large", TOO_LARGE, _("This is more than can be taken."), _("Send less.")
        )
    response = exception_handler(error, context)
    if response is None:
        return None
    code = getattr(error, "default_code", "request.not_understood")
    status = response.status_code
    problem = _problem(f"request.{code}", status, _title(response), _next_step(status))
    if isinstance(response.data, dict) and "detail" not in response.data:
        problem.data["errors"] = response.data
    for header in ("Allow", "Retry-After", "WWW-Authenticate"):
        if header in response:
            problem[header] = response[header]
    return problem


def _title(response: Response) -> str:
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    return str(detail) if detail else _("Some of the values were not understood.")


def _next_step(status: int) -> str:
    match status:
        case 401 | 403:
            return _("Sign in, or make a token at your desk.")
        case 404:
            return _("Check the number in the address.")
        case 429:
            return _("Wait a minute, then try again.")
    address = f"{settings.PORTAL_ADDRESS}/api/v1/docs/"
    return _("What this address takes is described at %(address)s") % {"address": address}


def _problem(code: str, status: int, title: str, detail: str) -> Response:
    body = {
        "type": f"{settings.PORTAL_ADDRESS}/problems/{code}",
        "status": status,
        "title": title,
        "detail": detail,
    }
    return Response(body, status=status, content_type="application/problem+json")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Officers stay in the back office; everybody else is helped to find a service."""
    page = "404_staff.html" if _is_at_work(request) else "404.html"
    return render(request, page, status=404)


def _is_at_work(request: HttpRequest) -> bool:
    actor: Actor | None = getattr(request, "actor", None)
    return actor is not None and actor.is_staff and request.path.startswith(STAFF_PREFIX)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere; what was typed is still in the browser."""
    return render(request, "403_csrf.html", status=403)
