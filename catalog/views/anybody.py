"""What pages of the catalogue share: they hold for everybody."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _


def for_anybody(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page be kept for visitors who are not signed in; it carries no form token then."""
    if not request.user.is_authenticated:
        response.for_anybody = True  # type: ignore[attr-defined]
    return response


def services_crumb() -> dict[str, str]:
    """The way back to the list of all services."""
    return {"label": _("Services"), "url": reverse("catalog:services")}
