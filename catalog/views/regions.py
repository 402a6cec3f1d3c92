"""The regions: which one this portal serves, and the list of all."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Region
from catalog.selectors.browse import departments, region_path, regions_in
from catalog.typed import plain_of
from catalog.views.anybody import for_anybody


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    code = plain_of(request.GET.get("in", ""))
    chosen = get_object_or_404(Region, code=code) if code else None
    home = region_path(settings.PORTAL_REGION)
    context = {
        "home": home[-1] if home else None,
        "home_codes": {region.code for region in home},
        "chosen": chosen,
        "path": region_path(chosen.code) if chosen else [],
        "regions": regions_in(chosen),
        "departments": departments(settings.PORTAL_REGION),
    }
    return for_anybody(request, render(request, "catalog/regions.html", context))
