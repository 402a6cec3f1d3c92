"""Reading the trail. Entries hold ids and codes only, so nothing here opens personal data."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef


class Directory(Protocol):
    """What the pages of the trail ask the packages above: names for ids, ids for what was typed."""

    def names(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        """Masked names of persons, names of organisations."""

    def find_person(self, number: str) -> UUID | None:
        """The person of an identity number, by its blind index."""

    def find_case(self, reference: str) -> tuple[ObjectRef, list[UUID]] | None:
        """A case and those whose data it holds."""

    def departments(self, codes: Collection[str]) -> Mapping[str, str]: ...

    def verbs(self) -> Mapping[str, str]:
        """Every verb that can be searched for, in plain words."""

    def verb(self, verb: str) -> str: ...

    def capacity(self, capacity: str) -> str: ...

    def purpose(self, kind: str, code: str) -> str: ...

    def kind(self, object_kind: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSearch:
    """What a supervisor looks for; what is left empty does not narrow the search."""

    officer: str = ""
    reference: str = ""
    case: ObjectRef | None = None
    person: UUID | None = None
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries_visible_to(actor: Actor) -> QuerySet[AuditEntry]:
    """The whole trail for supervisors, nothing for anybody else."""
    if actor.capacity is not Capacity.SUPERVISOR:
        raise Refused(
            code="trail.not_yours",
            message=_("Only supervisors read the trail."),
            next_step=_("If you need to know who looked at a case, ask your supervisor."),
            status=403,
        )
    return AuditEntry.objects.all()


def entries_found(actor: Actor, search: TrailSearch) -> QuerySet[AuditEntry]:
    """The entries a search asks for. Order and pages are the caller's."""
    found = entries_visible_to(actor)
    if search.officer:
        found = found.filter(actor_label=search.officer)
    if search.reference:
        found = found.filter(about_case(search.reference, search.case))
    if search.person is not None:
        found = found.filter(
            pk__in=AuditSubject.objects.filter(subject=search.person).values("entry_id")
        )
    if search.verb:
        found = found.filter(verb=search.verb)
    if search.since is not None:
        found = found.filter(at__gte=search.since)
    if search.until is not None:
        found = found.filter(at__lt=search.until)
    return found


def about_case(reference: str, case: ObjectRef | None) -> Q:
    """What was done to a case, and whatever else was looked at for its sake."""
    condition = Q(purpose_kind="case", purpose=reference)
    if case is not None:
        condition |= Q(object_kind=case.kind, object_id=case.id)
    return condition


def history_of(reference: str, case: ObjectRef, *, limit: int = 60) -> list[AuditEntry]:
    """The newest entries of one case, oldest first. The caller has recorded why it looks."""
    entries = AuditEntry.objects.filter(about_case(reference, case), outcome="done")
    return list(entries.order_by("-id")[:limit])[::-1]


def subjects_of(entries: Collection[AuditEntry]) -> dict[int, list[UUID]]:
    """Whose data each entry is about, each person once."""
    rows = AuditSubject.objects.filter(entry_id__in=[entry.pk for entry in entries])
    found: dict[int, list[UUID]] = defaultdict(list)
    for entry_id, subject in rows.order_by("id").values_list("entry_id", "subject"):
        if subject not in found[entry_id]:
            found[entry_id].append(subject)
    return found


def entries_by_id(ids: Collection[int]) -> dict[int, AuditEntry]:
    return AuditEntry.objects.in_bulk(list(dict.fromkeys(ids)))
