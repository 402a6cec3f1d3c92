"""Every address of the portal. The staff door's own are in `urls_staff.py`."""

from django.contrib import admin
from django.urls import include, path

admin.autodiscover()  # not when apps load: whoever answers no requests needs no tables

urlpatterns = [
    path("", include("portal.home.urls")),
    path("", include("portal.face.urls")),
    path("", include("portal.about.urls")),
    path("", include("portal.health.urls")),
    path("", include("catalog.urls")),
    path("", include("identity.urls")),
    path("", include("applications.urls")),
    path("", include("portal.myspace.urls")),
    path("", include("portal.opendata.urls")),
    path("", include("portal.trust.urls")),
    path("api/v1/", include("portal.api.urls")),
    path("admin/", include("portal.reports.urls")),
    path("admin/", include("portal.desk.urls")),
    path("admin/", admin.site.urls),
]

handler404 = "portal.errors.not_found"
handler400 = "portal.errors.bad_request"
