"""Addresses of the API, below `/api/v1/`."""

from django.urls import include, path

from applications.api import urls as cases
from catalog.api import urls as items
from portal.api import views

api_patterns = [
    path("", views.root, name="root"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.docs, name="docs"),
    *items.urlpatterns,
    *cases.urlpatterns,
]

urlpatterns = [path("", include((api_patterns, "api")))]
