"""Which covered value was looked at, and the reason chosen for it, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.reveal_answer import REASONS
from applications.definitions import definition_for
from applications.models import Application
from audit.models import AuditEntry
from catalog.selectors.elements import elements

PLACES: dict[str, Promise] = {
    "citizen_number": gettext_lazy("Identity number"),
    "phone": gettext_lazy("Telephone number"),
}


def details_in_words(found: Mapping[AuditEntry, Mapping[str, Any]]) -> dict[int, str]:
    """For each entry what it adds; one query for the cases of all of them."""
    ids = {entry.object_id for entry, body in found.items() if "answer" in body}
    cases = {str(one.pk): one for one in Application.objects.filter(pk__in=ids)} if ids else {}
    return {entry.pk: _words(cases.get(entry.object_id), body) for entry, body in found.items()}


def _words(application: Application | None, body: Mapping[str, Any]) -> str:
    reason = str(body.get("reason", ""))
    if "answer" not in body:
        return chosen(reason) or _place(str(body.get("place", "")))
    return with_reason(_title(application, str(body["answer"])), chosen(reason))


def chosen(reason: str) -> str:
    """The reason an officer chose to see a covered value in full; empty where there was none."""
    return str(REASONS.get(reason, reason))


def with_reason(what: str, reason: str) -> str:
    """What was shown in full, and for which reason, both in words."""
    return (
        _("%(value)s. Reason: %(reason)s") % {"value": what, "reason": reason} if reason else what
    )


def _title(application: Application | None, key: str) -> str:
    """The fact that was asked for, by its name in the catalogue: a form says "your", and who reads
    the trail is not meant. Its question where it has no such name; its key where the case is gone.
    """
    questions = definition_for(application).questions() if application else ()
    question = next((one for one in questions if one.key == key), None)
    if question is None:
        return key
    element = elements().get(question.element)
    return str(element.name if element else question.title)


def _place(place: str) -> str:
    """A column that holds a sealed value, by its own name."""
    column = place.rpartition(".")[2]
    return str(PLACES.get(column, column))
