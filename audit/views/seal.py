"""How the seal stands, for supervisors. Nobody is named here."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.directory import Directory
from audit.models import TrailCheck
from audit.room.seal_state import STALE, seal_state
from audit.sealing.brake import may_stand
from audit.sealing.keyring import known_keys
from audit.sealing.keys import trusted
from audit.sealing.places import places
from audit.selectors import refuse_all_but_readers
from audit.trail import ObjectRef
from audit.views.room import actor_of, leave_trace

CHECKS_SHOWN = 14
HOUR = timedelta(hours=1)


@require_GET
def seal(request: HttpRequest, directory: Directory) -> HttpResponse:
    """The newest head, the last checks, and how far it has got to the witnesses."""
    actor = actor_of(request)
    refuse_all_but_readers(actor)
    leave_trace(actor, ObjectRef("trail.seal", ""), [])
    state = seal_state()
    context = {
        "title": _("The seal of the trail"),
        "chain": state,
        "age": max(0, int(state.age.total_seconds())) if state.age is not None else None,
        "stale_after": int(STALE.total_seconds()),
        "hours": f"{may_stand() / HOUR:.3g}",
        "keys": len(list(trusted(known_keys()))),
        "witnesses": [place for place in places() if not place.is_file],
        "checks": TrailCheck.objects.order_by("-id")[:CHECKS_SHOWN],
    }
    return render(request, "audit/seal.html", context)
