"""Addresses of the catalogue's API, below `/api/v1/`."""

from django.urls import path

from catalog.api.items import ItemListView, ItemView

urlpatterns = [
    path("items/", ItemListView.as_view(), name="api-items"),
    path("items/<str:code>/", ItemView.as_view(), name="api-item"),
]
