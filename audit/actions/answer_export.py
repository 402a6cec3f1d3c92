"""Another supervisor allows a file of the trail, or does not."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.directory import the_directory
from audit.exports.concerned import exports_visible_to
from audit.exports.models import TrailExport
from audit.exports.words import TURNED_DOWN
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.outbox import enqueue
from audit.trail import ObjectRef, record

MAKE = "trail.export"
ALLOWED = "trail.export_approved"
MOST_WORDS = 500
State = TrailExport.State


def answer_export(*, actor: Actor, number: str, allow: bool, words: str = "") -> TrailExport:
    """Answer once. Allowed, the file is made by a job; turned down, it is said why.

    The words are kept in the detail of the entry, behind a record about the person or the asker.

    Refused (403) for whoever asked, under whatever account; (404) for a number there is not, and to
    those whom the file concerns as if there were none; (409) for what has been answered or expired;
    (422) where it is turned down without words, with too many, or with what is no text.
    """
    export = exports_visible_to(actor).select_for_update().filter(number=number).first()
    if export is None:
        raise no_such_export()
    if not may_answer(actor, export):
        raise _not_by_you()
    if export.state != State.ASKED:
        raise _answered()
    refuse_stale(actor)
    said = "" if allow else words.strip()
    if not allow and (not 0 < len(said) <= MOST_WORDS or "\x00" in said):
        raise _says_why()
    record(
        actor=actor,
        verb=ALLOWED if allow else TURNED_DOWN,
        on=ObjectRef("trail.export", export.number),
        subjects=export.about if allow else export.keeps_words,
        purpose=Purpose.duty("supervision"),
        detail={"words": said} if said else None,
    )
    export.state = State.APPROVED if allow else State.REFUSED
    export.answered_by, export.answered_label = actor.account, actor.label
    export.answered_at = timezone.now()
    export.save(update_fields=["state", "answered_by", "answered_label", "answered_at"])
    if allow:
        enqueue(MAKE, {"export": str(export.pk)}, key=f"trail-export-{export.pk}")
    return export


def may_answer(actor: Actor, export: TrailExport) -> bool:
    """Not whoever asked; whom it concerns does not come this far (`exports_visible_to`)."""
    return export.asked_by not in the_directory().accounts_of(actor)


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
        message=_("You asked for this file, so you cannot answer."),
        next_step=_("Ask another supervisor to look at it."),
        status=403,
    )


def _says_why() -> Refused:
    return Refused(
        code="trail.refusal_says_why",
        message=_("Whoever asked has to read why they do not get the file."),
        next_step=_("Go back and write one or two sentences."),
        status=422,
    )


def _answered() -> Refused:
    return Refused(
        code="trail.export_answered",
        message=_("This request has been answered already, or has expired."),
        next_step=_("The list says what came of it."),
        status=409,
    )
