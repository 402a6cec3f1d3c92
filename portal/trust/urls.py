from django.urls import path

from portal.trust import trail, views

app_name = "trust"

urlpatterns = [
    path("trust/", views.home, name="home"),
    path("trust/trail/", trail.trail, name="trail"),
    path("trust/heads.json", trail.heads, name="heads"),
    path("trust/consistency.json", trail.consistency, name="consistency"),
]
