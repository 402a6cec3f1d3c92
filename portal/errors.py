"""One shape for every refusal and every fault, on pages and in the API."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.attempts import record_attempt
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.doors import STAFF_PREFIX
from portal.preferences import face_context

View = Callable[[HttpRequest], HttpResponse]

TOO_LARGE = 413
NOT_NOW = 503
RETRY_AFTER = "60"  # seconds
API_PREFIX = "/api/"


class RefusalMiddleware:
    """Shows a refusal as a page that says what happened and what to do next.

    What was not recorded is answered here, outside the transaction that had to be given up,
    and never by what a view made of it: that may hold what it had already read.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refusal: Refused | None = getattr(request, "trail_refusal", None)
        if refusal is not None:
            return _without_the_database(request, refusal)
        if response.status_code == NOT_NOW:
            response["Retry-After"] = RETRY_AFTER
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if getattr(connection, "trail_refusal", None) is not None:
            return HttpResponse(status=error.status)  # the database answers nothing more here
        actor: Actor | None = getattr(request, "actor", None)
        record_attempt(actor, error)
        page = "portal/refused_staff.html" if _is_at_work(request) else "portal/refused.html"
        return render(request, page, {"refusal": error}, status=error.status)


def _without_the_database(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that asks neither the database nor the session who is reading."""
    if request.path.startswith(API_PREFIX):
        body = _problem_body(
            refusal.code, refusal.status, str(refusal.message), str(refusal.next_step)
        )
        response: HttpResponse = JsonResponse(body, content_type="application/problem+json")
    else:
        at_work = request.path.startswith(STAFF_PREFIX)
        page = "portal/refused_staff.html" if at_work else "portal/refused.html"
        say = getattr(request, "request_id", "")
        context = {"refusal": refusal, "say": say, **face_context(request)}
        response = HttpResponse(render_to_string(page, context))
    response.status_code = refusal.status
    if refusal.status == NOT_NOW:
        response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer refusals and REST framework's own errors as problem details (RFC 9457)."""
    if isinstance(error, Refused):
        if getattr(connection, "trail_refusal", None) is None:
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
    body = _problem_body(code, status, title, detail)
    return Response(body, status=status, content_type="application/problem+json")


def _problem_body(code: str, status: int, title: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"{settings.PORTAL_ADDRESS}/problems/{code}",
        "status": status,
        "title": title,
        "detail": detail,
    }


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
