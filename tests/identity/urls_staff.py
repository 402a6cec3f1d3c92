"""The staff side of the same tiny portal."""

from django.urls import include, path

from tests.identity.urls import common

urlpatterns = [path("admin/", include("identity.urls_staff")), *common]
handler400 = "portal.errors.bad_request"
