"""The address of the front page."""

from django.urls import path

from portal.home.views import home

urlpatterns = [path("", home, name="home")]
