"""Addresses of the reports, below `/admin/`."""

from django.urls import path

from portal.reports import views

urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/this-week/<str:code>/", views.this_week, name="report-this-week"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("reports/<uuid:report_id>/table.csv", views.report_table, name="report-table"),
]
