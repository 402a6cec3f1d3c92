"""What a file of the trail is about, in words, for those who decide about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from audit.directory import Directory
from audit.exports.models import TrailExport
from audit.models import AuditEntry
from audit.selectors import details_of

TURNED_DOWN = "trail.export_refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition and its words; `lang` where the words are Chinese in any language."""

    name: str
    words: str
    lang: str = ""


def wanted_of(export: TrailExport, names: Mapping[UUID, str], directory: Directory) -> list[Wanted]:
    """The conditions of a file, without those that narrow nothing. Unsaved ones are welcome."""
    offices = directory.departments([export.office]) if export.office else {}
    verbs = "、".join(directory.verb(verb) for verb in export.verbs)
    found = [
        Wanted(_("Officer"), export.officer),
        Wanted(_("Office"), offices.get(export.office, export.office), "zh-Hans"),
        Wanted(_("Case number"), export.reference),
        Wanted(
            _("Person concerned"), names.get(export.person, "") if export.person else "", "zh-Hans"
        ),
        Wanted(_("What was done"), verbs),
        Wanted(_("Kind"), _("Only looks without a case") if export.without_case else ""),
        Wanted(_("Time"), _span(export)),
    ]
    return [one for one in found if one.words]


def refusals_of(exports: Collection[TrailExport]) -> Mapping[str, str]:
    """By number, why files were turned down. Gated: `keeps_words` was recorded before."""
    numbers = [one.number for one in exports]
    entries = AuditEntry.objects.filter(
        object_kind="trail.export", object_id__in=numbers, verb=TURNED_DOWN
    )
    said = details_of(list(entries)) if numbers else {}
    return {entry.object_id: str(body.get("words", "")) for entry, body in said.items()}


def _span(export: TrailExport) -> str:
    until = _moment(export.until)
    if export.since is None:
        return _("until %(until)s") % {"until": until}
    return _("%(since)s to %(until)s") % {"since": _moment(export.since), "until": until}


def _moment(at: object) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")  # type: ignore[arg-type]
