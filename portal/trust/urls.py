from django.urls import path

from portal.trust import views

app_name = "trust"

urlpatterns = [path("trust/", views.home, name="home")]
