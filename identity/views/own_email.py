"""One's own mail addresses, with the entry of the look at them."""

from typing import cast

from allauth.account import views as account
from django.http import HttpRequest, HttpResponse

from audit.kernel.actors import Purpose
from audit.trail import ObjectRef, record
from identity.http import PortalRequest

VIEWED = "addresses.viewed"


def email(request: HttpRequest) -> HttpResponse:
    """The addresses of whoever signed in. An officer's are no citizen's, and whoever has not proven
    who they are is nobody yet: nobody is named then."""
    actor = cast(PortalRequest, request).actor
    if actor.person_id is not None:
        on = ObjectRef("space.addresses", str(actor.person_id))
        record(actor=actor, verb=VIEWED, on=on, subjects=[actor.person_id], purpose=Purpose.own())
    return cast(HttpResponse, account.email(request))
