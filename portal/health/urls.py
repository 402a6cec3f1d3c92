"""Addresses for those who run the portal. `portal.health.middleware` answers them."""

from django.urls import path

from portal.health import views

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("metrics", views.metrics, name="metrics"),
]
