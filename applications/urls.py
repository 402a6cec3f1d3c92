"""Addresses of applying and of progress. The desk's own are in the portal."""

from django.urls import path

from applications.views import citizen, citizen_cases, citizen_check, citizen_files, track

app_name = "applications"

urlpatterns = [
    path("apply/<str:code>/", citizen.start, name="start"),
    path("apply/<str:reference>/resume/", citizen.resume, name="resume"),
    path("apply/<str:reference>/consent/", citizen.consent, name="consent"),
    path("apply/<str:reference>/materials/", citizen_files.materials, name="materials"),
    path("apply/<str:reference>/papers/", citizen_files.resume_papers, name="resume_papers"),
    path("apply/<str:reference>/files/<uuid:file_id>/", citizen_files.download, name="file"),
    path(
        "apply/<str:reference>/files/<uuid:file_id>/remove/",
        citizen_files.take_back,
        name="take_back",
    ),
    path("apply/<str:reference>/release/", citizen_check.new_release, name="new_release"),
    path("apply/<str:reference>/check/", citizen_check.check, name="check"),
    path("apply/<str:reference>/receipt/", citizen_check.receipt, name="receipt"),
    path("apply/<str:reference>/correction/", citizen_cases.correction, name="correction"),
    path("apply/<str:reference>/<slug:slug>/", citizen.page, name="page"),
    path("my/cases/<str:reference>/rate/", citizen_cases.rate, name="rate"),
    path("track/", track.track, name="track"),
]
