"""Whoever asked for a file of the trail takes that back."""

from django.utils.translation import gettext_lazy as _

from audit.actions.answer_export import no_such_export
from audit.exports.concerned import exports_visible_to
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record

WITHDRAWN = "trail.export_withdrawn"
State = TrailExport.State


def withdraw_export(*, actor: Actor, number: str) -> TrailExport:
    """The request ends, nobody can allow it any more, and no file is made.

    Refused (404) for a number there is not; (403) for everybody but who asked; (409) once somebody
    has answered, or the request has ended.
    """
    export = exports_visible_to(actor).select_for_update().filter(number=number).first()
    if export is None:
        raise no_such_export()
    if export.asked_by != actor.account:
        raise Refused(
            code="trail.not_your_request",
            message=_("Only whoever asked for this file takes that back."),
            next_step=_("If it should not be made, turn it down and say why."),
            status=403,
        )
    if export.state != State.ASKED:
        raise Refused(
            code="trail.export_answered",
            message=_("This request has been answered already, or has ended."),
            next_step=_("The list says what came of it."),
            status=409,
        )
    record(
        actor=actor,
        verb=WITHDRAWN,
        on=ObjectRef("trail.export", export.number),
        subjects=export.about,
        purpose=Purpose.duty("supervision"),
    )
    export.state = State.TAKEN
    export.save(update_fields=["state"])
    return export
