"""The lists of services."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Department, Subject
from catalog.models.item import ServiceItemQuerySet
from catalog.selectors.browse import departments, life_events, page_of, subjects
from catalog.text import lang_of
from catalog.typed import plain_of
from catalog.views.anybody import for_anybody, services_crumb


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Three ways in: what happens in life, by subject, by department; or one of the lists."""
    subject = plain_of(request.GET.get("subject", ""))
    department = plain_of(request.GET.get("department", ""))
    if subject:
        found = get_object_or_404(Subject, slug=subject)
        return _items(request, found, found.items.all(), f"subject={subject}")
    if department:
        office = get_object_or_404(Department, code=department)
        return _items(request, office, office.items.all(), f"department={department}")
    context = {
        "events": life_events(),
        "subjects": subjects(),
        "departments": departments(settings.PORTAL_REGION),
    }
    return for_anybody(request, render(request, "catalog/services.html", context))


def _items(
    request: HttpRequest, of: Subject | Department, items: ServiceItemQuerySet, key: str
) -> HttpResponse:
    page = page_of(items.offered(), plain_of(request.GET.get("after", "")), timezone.localdate())
    older = f"{key}&after={page.older}" if page.older else ""
    trail = [services_crumb(), {"label": of.display_name, "lang": lang_of(of)}]
    context = {"of": of, "entries": page.entries, "older": older, "trail": trail}
    return for_anybody(request, render(request, "catalog/items.html", context))
