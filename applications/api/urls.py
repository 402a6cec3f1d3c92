"""Addresses of cases below `/api/v1/`."""

from django.urls import path

from applications.api import citizen, desk

urlpatterns = [
    path("cases/", citizen.CasesView.as_view(), name="cases"),
    path("cases/<str:reference>/", citizen.CaseView.as_view(), name="case"),
    path("desk/cases/", desk.QueueView.as_view(), name="desk"),
    path("desk/cases/next/", desk.NextView.as_view(), name="desk-next"),
    path("desk/cases/<str:reference>/claim/", desk.ClaimView.as_view(), name="desk-claim"),
    path("desk/cases/<str:reference>/approve/", desk.ApproveView.as_view(), name="desk-approve"),
    path("desk/cases/<str:reference>/reject/", desk.RejectView.as_view(), name="desk-reject"),
    path(
        "desk/cases/<str:reference>/correction/",
        desk.CorrectionView.as_view(),
        name="desk-correction",
    ),
]
