"""Fetching a file of the trail: by the two who know of it, each time an entry and a copy."""

import logging
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from audit.actions.answer_export import no_such_export
from audit.exports.copies import Copy, copy_of
from audit.exports.files import BrokenFileError, check_whole, path_of
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.models import AuditEntry, AuditSubject
from audit.selectors import refuse_all_but_readers
from audit.trail import ObjectRef, record

logger = logging.getLogger(__name__)

AT_ONCE = 500  # persons one entry names
READY = (TrailExport.State.MADE, TrailExport.State.FETCHED)


def fetch_export(*, actor: Actor, number: str) -> Copy:
    """The file, marked as this copy. "Not there" and "not yours" are one answer (404);
    what is not ready or has been deleted is refused (409), what does not open (503)."""
    refuse_all_but_readers(actor)
    export = TrailExport.objects.select_for_update().filter(number=number).first()
    if export is None or not may_fetch(actor, export):
        raise no_such_export()
    refuse_stale(actor)
    if export.state not in READY or not path_of(export).exists():
        raise _not_ready()
    _check(export)
    named = list(dict.fromkeys([*export.about, *_named_in(export)]))
    portions = [named[start : start + AT_ONCE] for start in range(0, len(named), AT_ONCE)]
    entries = [_record(actor, export, portion) for portion in portions or [[]]]
    export.state = TrailExport.State.FETCHED
    export.save(update_fields=["state"])
    return copy_of(export, entry_id=entries[0], officer=actor.label)


def _check(export: TrailExport) -> None:
    try:
        check_whole(export)
    except (OSError, BrokenFileError, ImproperlyConfigured) as fault:
        logger.exception("the file of the trail %s cannot be opened", export.number)
        raise Refused(
            code="trail.file_broken",
            message=_("This file cannot be opened: it is not as it was written."),
            next_step=_("Ask for it again, and tell your system administrator."),
            status=503,
        ) from fault


def _record(actor: Actor, export: TrailExport, subjects: list[UUID]) -> int:
    return record(
        actor=actor,
        verb="trail.downloaded",
        on=ObjectRef("trail.export", export.number),
        subjects=subjects,
        purpose=Purpose.duty("supervision"),
    )


def _named_in(export: TrailExport) -> list[UUID]:
    """Everybody the file names: those its making recorded. Each copy shows them to somebody."""
    making = AuditEntry.objects.filter(
        object_kind="trail.export", object_id=export.number, verb="trail.export_made"
    )
    entries = dict(making.values_list("id", "at"))
    rows = AuditSubject.objects.filter(entry_id__in=entries, at__in=set(entries.values()))
    return list(rows.order_by("entry_id", "subject").values_list("subject", flat=True))


def may_fetch(actor: Actor, export: TrailExport) -> bool:
    """Who asked and who allowed it, nobody else."""
    return actor.account in (export.asked_by, export.answered_by)


def _not_ready() -> Refused:
    return Refused(
        code="trail.file_not_ready",
        message=_("This file is not ready yet, or has been deleted."),
        next_step=_("The list says how it stands. A deleted file has to be asked for again."),
        status=409,
    )
