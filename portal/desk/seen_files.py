"""Which document of a case a look opened, by the name its form gave it. Gated: record first."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from applications.definitions import definition_for
from applications.models import Attachment
from audit.models import AuditEntry


def files_in_words(
    entries: Collection[AuditEntry], bodies: Mapping[AuditEntry, Mapping[str, Any]]
) -> dict[int, str]:
    """By entry; one query for all of them, and nothing for a file that cannot be told any more.

    An officer opens the file of a number, counted as the files stood at that moment; who handed it
    in opens it by its own id, which the entry keeps apart.
    """
    own = {entry.pk: body["file"] for entry, body in bodies.items() if "file" in body}
    counted = {entry: _counted(entry) for entry in entries if entry.pk not in own}
    if not entries:
        return {}
    references = {reference for reference, _number in counted.values()}
    wanted = Q(pk__in=own.values()) | Q(application__reference__in=references)
    files = Attachment.objects.filter(wanted).select_related("application")
    of_case: dict[str, list[Attachment]] = defaultdict(list)
    by_id = {}
    for file in files.order_by("uploaded_at", "id"):
        of_case[file.application.reference].append(file)
        by_id[str(file.pk)] = file
    opened = {number: by_id.get(file) for number, file in own.items()}
    for entry, (reference, number) in counted.items():
        opened[entry.pk] = _standing(of_case[reference], entry).get(number)
    return {number: _named(file) for number, file in opened.items() if file is not None}


def _counted(entry: AuditEntry) -> tuple[str, int]:
    """The case and the number in it; 0, which no file has, where it names none."""
    reference, _slash, number = entry.object_id.partition("/")
    return reference, int(number) if number.isdecimal() else 0


def _standing(files: list[Attachment], entry: AuditEntry) -> dict[int, Attachment]:
    """The files of a case by number, as they stood when the entry was made."""
    there = (
        one
        for one in files
        if one.uploaded_at <= entry.at and (one.removed_at is None or one.removed_at > entry.at)
    )
    return dict(enumerate(there, start=1))


def _named(file: Attachment) -> str:
    """The document as the form asked for it; its code where the form does not say."""
    materials = definition_for(file.application).materials
    name = next((str(one.name) for one in materials if one.code == file.material), file.material)
    return _("one document of the case: %(name)s") % {"name": name}
