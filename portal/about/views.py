"""What the portal says about itself. The pages are the same for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.cache import anonymous_page

PAGES = frozenset({"privacy", "accessibility", "help"})


@require_safe
def about(request: HttpRequest, page: str) -> HttpResponse:
    """One page of plain words."""
    if page not in PAGES:
        raise Http404
    return anonymous_page(render(request, f"portal/about/{page}.html"))
