"""Life events: several items as one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors.browse import entries_of, items_of_event, life_events
from catalog.text import lang_of
from catalog.views.anybody import for_anybody, services_crumb


@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(life_events(), slug=slug)
    entries = entries_of(items_of_event(event), timezone.localdate())
    trail = [services_crumb(), {"label": event.display_name, "lang": lang_of(event)}]
    context = {"event": event, "entries": entries, "trail": trail}
    return for_anybody(request, render(request, "catalog/life_event.html", context))
