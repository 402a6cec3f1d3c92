"""Behind the staff door: every address of the portal, with the staff's own sign-in pages.

`identity.middleware` chooses this list for addresses under `/admin/`, so that the names of the
sign-in pages lead to the door one stands at.
"""

from django.urls import include, path

from identity import urls as citizens_door
from portal import urls

urlpatterns = [
    path("admin/", include("identity.urls_staff")),
    *(
        pattern
        for pattern in urls.urlpatterns
        if getattr(pattern, "urlconf_name", None) is not citizens_door
    ),
]

handler404 = urls.handler404
handler400 = urls.handler400
