"""The citizens' side of a tiny portal: the doors, and pages that tell who acts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from audit.kernel.actors import Capacity
from identity.http import require_account, require_citizen, require_posting


def who(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    return JsonResponse(
        {
            "account": str(actor.account_id),
            "label": actor.label,
            "capacity": str(actor.capacity),
            "department": actor.department_code,
            "region": actor.region_code,
            "person": str(actor.person_id),
            "for": str(actor.on_behalf_of),
            "sign_in": actor.sign_in,
        }
    )


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("public")


common = [
    path("", nothing),
    path("who/", who),
    path("my/", require_account(who)),
    path("my/own/", require_citizen(who)),
    path("admin/", who),
    path("admin/lead/", require_posting(Capacity.LEAD)(who)),
]
urlpatterns = [path("", include("identity.urls")), *common]
handler400 = "portal.errors.bad_request"
