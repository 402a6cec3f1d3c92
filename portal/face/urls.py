"""Addresses of how pages look."""

from django.urls import path, re_path

from portal.face import views
from portal.preferences import preferences

urlpatterns = [
    re_path(r"^face/(?P<region_code>[0-9]{12})\.css$", views.face, name="face"),
    path("preferences/", preferences, name="preferences"),
]
