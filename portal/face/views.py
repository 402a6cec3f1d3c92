"""Serves the face of a region."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from catalog.models import Region
from catalog.models.region import levels_above
from portal.face.stylesheet import fingerprint, stylesheet

ONE_DAY = 24 * 60 * 60


def _styles_of(region_code: str) -> str:
    """The stylesheet of a division; one we do not list wears the face of the division above it."""
    found = Region.objects.filter(code__in=levels_above(region_code)).order_by("-level")
    region = found.only("hue", "chroma", "level").first()
    if region is None:
        raise Http404
    return stylesheet(region.hue, region.chroma)


def _etag(request: HttpRequest, region_code: str) -> str:
    return f'"{fingerprint(_styles_of(region_code))}"'


@require_safe
@condition(etag_func=_etag)
def face(request: HttpRequest, region_code: str) -> HttpResponse:
    """The colours of one region: kept by browsers for a day, then asked about by their hash."""
    response = HttpResponse(_styles_of(region_code), content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=ONE_DAY, stale_while_revalidate=7 * ONE_DAY)
    return response
