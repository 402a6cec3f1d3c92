"""Another supervisor allows a file of the trail, or does not."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.outbox import enqueue
from audit.selectors import entries_visible_to
from audit.trail import ObjectRef, record

MAKE = "trail.export"
State = TrailExport.State


def answer_export(*, actor: Actor, number: str, allow: bool) -> TrailExport:
    """Answer once. Allowed, the file is made by a job.

    Refused (403) for whoever asked and for the officer it is about, whatever posting they use;
    (404) for a number there is not; (409) for what has been answered or has expired.
    """
    entries_visible_to(actor)
    export = TrailExport.objects.select_for_update().filter(number=number).first()
    if export is None:
        raise no_such_export()
    if not may_answer(actor, export):
        raise _not_by_you()
    if export.state != State.ASKED:
        raise _answered()
    record(
        actor=actor,
        verb="trail.export_approved" if allow else "trail.export_refused",
        on=ObjectRef("trail.export", export.number),
        subjects=export.about,
        purpose=Purpose.duty("supervision"),
    )
    export.state = State.APPROVED if allow else State.REFUSED
    export.answered_by, export.answered_label = actor.account, actor.label
    export.answered_at = timezone.now()
    export.save(update_fields=["state", "answered_by", "answered_label", "answered_at"])
    if allow:
        enqueue(MAKE, {"export": str(export.pk)}, key=f"trail-export-{export.pk}")
    return export


def may_answer(actor: Actor, export: TrailExport) -> bool:
    """Neither whoever asked nor the officer it is about."""
    involved = {export.asked_by, export.about_account}
    return actor.account not in involved and actor.label != export.officer


def no_such_export() -> Refused:
    return Refused(
        code="trail.no_such_file",
        message=_("There is no file of the trail with this number."),
        next_step=_("Choose one from the list."),
        status=404,
    )


def _not_by_you() -> Refused:
    return Refused(
        code="trail.second_person",
        message=_("You cannot answer this: you asked for the file, or it is about you."),
        next_step=_("Ask another supervisor to look at it."),
        status=403,
    )


def _answered() -> Refused:
    return Refused(
        code="trail.export_answered",
        message=_("This request has been answered already, or has expired."),
        next_step=_("The list says what came of it."),
        status=409,
    )
