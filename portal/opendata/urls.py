"""Addresses of the public figures and data sets."""

from django.urls import path

from portal.opendata import views

urlpatterns = [
    path("open/", views.open_page, name="open"),
    path("open/data/<str:name>", views.data_set, name="open-data"),
]
