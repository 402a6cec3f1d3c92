"""Files of the trail are deleted after seven days, and requests end with them."""

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.exports.files import path_of
from audit.exports.models import KEPT, TrailExport
from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record

State = TrailExport.State
AT_ONCE = 100
ENDING = Actor.system("trail export")


def expire_exports() -> int:
    """End what is older than seven days; how many. The file goes once this is committed."""
    before = timezone.now() - KEPT
    old = TrailExport.objects.select_for_update(skip_locked=True).filter(
        Q(state__in=[State.MADE, State.FETCHED], made_at__lt=before)
        | Q(state__in=[State.ASKED, State.APPROVED], asked_at__lt=before)
    )
    found = list(old.order_by("asked_at")[:AT_ONCE])
    for export in found:
        end_export(export)
    return len(found)


def end_export(export: TrailExport) -> None:
    """End a request the caller has locked; a file there is goes once this is committed."""
    export.state = State.EXPIRED
    export.save(update_fields=["state"])
    record(
        actor=ENDING,
        verb="trail.export_expired",
        on=ObjectRef("trail.export", export.number),
        purpose=Purpose.duty("supervision"),
    )
    transaction.on_commit(partial(path_of(export).unlink, missing_ok=True))
