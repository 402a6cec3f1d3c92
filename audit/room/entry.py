"""One entry of the trail by its number, the look it belongs to, and everybody it names."""

from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import STAFF_CAPACITIES, Actor
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.pages import LARGEST, Page, page_of
from audit.selectors import entries_visible_to
from audit.visits import entries_of_look


def entry_of(actor: Actor, number: int) -> AuditEntry:
    """The entry of this number. For supervisors; Refused (404) where there is none."""
    entries = entries_visible_to(actor)
    found = entries.filter(id=number).first() if number < LARGEST else None
    if found is None:
        raise Refused(
            code="trail.no_such_entry",
            message=_("The trail has no entry with this number."),
            next_step=_("Compare the number, or search the trail by another sign."),
            status=404,
        )
    return found


def is_officers_view(actor: Actor, number: int) -> bool:
    """Whether an officer saw somebody's data by the entry of this number: what marks of pages
    name. For supervisors."""
    if number >= LARGEST:
        return False
    entries = entries_visible_to(actor).filter(id=number, capacity__in=sorted(STAFF_CAPACITIES))
    at = entries.values_list("at", flat=True).first()
    return at is not None and AuditSubject.objects.filter(entry_id=number, at=at).exists()


def look_of(actor: Actor, entry: AuditEntry) -> list[AuditEntry]:
    """All entries of the look this one is a part of, oldest first. For supervisors.

    A page carries the number of its newest entry, which may be only one value seen in full: who
    reads the number off it means the whole look.
    """
    return entries_of_look(entries_visible_to(actor), entry)


def people_named_in(entry: AuditEntry, cursor: str = "") -> Page[AuditSubject]:
    """Whom an entry names, in pages by key; whoever shows them records them first."""
    named = AuditSubject.objects.filter(entry_id=entry.pk, at=entry.at)
    return page_of(named, keys=("subject",), cursor=cursor)
