"""The job that makes a file of the trail after a second person has allowed it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from audit.actions.answer_export import MAKE
from audit.directory import the_directory
from audit.exports.content import People, Written, write_entries, write_people
from audit.exports.expire import end_export
from audit.exports.files import NewFile, new_file, path_of
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.outbox import handles
from audit.trail import ObjectRef, may_act, record
from audit.transaction import if_undone


@handles(MAKE)
def make_export(payload: Mapping[str, Any], key: str) -> None:
    """Write the file for whoever asked, in their name and language. Done once. The request ends
    where who asked is no supervisor any more: nobody acts in a post they do not hold."""
    export = TrailExport.objects.select_for_update().get(pk=payload["export"])
    if export.state != TrailExport.State.APPROVED:
        return
    if not may_act(_asker(export)):
        end_export(export)
        return
    path = path_of(export)
    if_undone(lambda: path.unlink(missing_ok=True))
    language = translation.override(export.language or settings.LANGUAGE_CODE)
    with language, new_file(export) as file:
        written = _write(export, file)
    export.state, export.made_at = TrailExport.State.MADE, timezone.now()
    export.rows, export.is_cut, export.sha256 = written.rows, written.is_cut, file.sha256
    export.save(update_fields=["state", "made_at", "rows", "is_cut", "sha256"])


def _write(export: TrailExport, file: NewFile) -> Written:
    actor, directory = _asker(export), the_directory()
    record(
        actor=actor,
        verb="trail.export_made",
        on=ObjectRef("trail.export", export.number),
        subjects=export.about,
        purpose=Purpose.duty("supervision"),
    )
    people = People(actor, export, directory)
    if export.kind == TrailExport.Kind.PEOPLE:
        return write_people(export, file, people, actor)
    return write_entries(export, file, people, actor, directory)


def _asker(export: TrailExport) -> Actor:
    return Actor(
        account_id=export.asked_by,
        label=export.asked_label,
        capacity=Capacity.SUPERVISOR,
        department_code=export.asked_department,
        region_code=export.asked_region,
    )
