"""Addresses of the citizen's own space. Messages belong to `identity`, rating to `applications`."""

from django.urls import path

from portal.myspace import proof, views, views_access, views_case, views_records

app_name = "myspace"

urlpatterns = [
    path("my/", views.home, name="home"),
    path("my/access/", views_access.access, name="access"),
    path("my/access/<int:number>/", views_access.ask, name="ask-why"),
    path("my/access/questions/<str:reference>/", views_access.question, name="question"),
    path("my/mandates/", views.mandates, name="mandates"),
    path("my/mandates/<uuid:mandate_id>/end/", views.end_mandate, name="end-mandate"),
    path("my/licences/", views.licences, name="licences"),
    path("my/records/", views_records.records, name="records"),
    path("my/records/wrong/", views_records.dispute, name="dispute"),
    path("my/records/consents/", views_records.end_consent, name="end-consent"),
    path("my/export/", views_records.export, name="export"),
    path("my/cases/<str:reference>/", views_case.case, name="case"),
    path("my/cases/<str:reference>/handed-in/", views_case.handed_in, name="handed-in"),
    path("my/cases/<str:reference>/outcome/", views_case.outcome, name="outcome"),
    path("my/cases/<str:reference>/outcome/file/", views_case.letter_file, name="letter-file"),
    path("my/cases/<str:reference>/proof/", proof.proof, name="proof"),
    path("my/cases/<str:reference>/withdraw/", views_case.withdraw, name="withdraw"),
]
