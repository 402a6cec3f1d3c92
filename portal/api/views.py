"""The front of the API: what there is, its description, and pages to read it by."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# The reader of the documentation brings its own styles in line and draws its icons from data.
DOCS_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "font-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


class SchemaView(SpectacularAPIView):
    """The OpenAPI document."""


@require_GET
def root(request: HttpRequest) -> JsonResponse:
    """Where to go from here."""
    rooms = {
        "items": "api-items",
        "cases": "cases",
        "desk": "desk",
        "schema": "schema",
        "docs": "docs",
    }
    return JsonResponse(
        {room: settings.PORTAL_ADDRESS + reverse(f"api:{name}") for room, name in rooms.items()}
    )


_docs = SpectacularSwaggerSplitView.as_view(url_name="api:schema")


@csp_replace(DOCS_POLICY)
def docs(request: HttpRequest) -> HttpResponse:
    """The description to read and to try, under a content policy of its own."""
    answer: HttpResponse = _docs(request)
    return answer
