"""What a file of the trail is about, in words, for those who decide about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from audit.exports.models import TrailExport
from audit.selectors import Directory


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


def _span(export: TrailExport) -> str:
    until = _moment(export.until)
    if export.since is None:
        return _("until %(until)s") % {"until": until}
    return _("%(since)s to %(until)s") % {"since": _moment(export.since), "until": until}


def _moment(at: object) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")  # type: ignore[arg-type]
