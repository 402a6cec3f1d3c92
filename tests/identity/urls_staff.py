"""The staff side of the same tiny portal."""

from django.contrib import admin
from django.urls import include, path

from tests.identity.urls import common

# The rooms of the back office come last: its frame shows their addresses on every page.
rooms = [
    path("admin/", include("portal.reports.urls")),
    path("admin/", include("portal.desk.urls")),
    path("admin/", admin.site.urls),
]
urlpatterns = [path("admin/", include("identity.urls_staff")), *common, *rooms]
handler400 = "portal.errors.bad_request"
