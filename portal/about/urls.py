"""Addresses of the pages about the portal."""

from django.urls import path

from portal.about.views import about

urlpatterns = [path("about/<slug:page>/", about, name="about")]
