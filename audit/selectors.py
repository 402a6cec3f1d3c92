"""Reading the trail. Entries hold ids and codes only, so nothing here opens personal data."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.trail import ObjectRef

VIEW_ENDINGS = (".viewed", ".revealed", ".looked_up", ".opened_by_reason")


class Directory(Protocol):
    """What the pages of the trail ask the packages above: names for ids, ids for what was typed."""

    def names(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        """Masked names of persons, names of organisations."""

    def find_person(self, number: str) -> UUID | None:
        """The person of an identity number, by its blind index."""

    def is_number(self, typed: str) -> bool:
        """Whether this can be an identity number at all."""

    def find_case(self, reference: str) -> "KnownCase | None": ...

    def departments(self, codes: Collection[str]) -> Mapping[str, str]: ...

    def verbs(self) -> Mapping[str, str]:
        """Every verb that can be searched for, in plain words."""

    def verb(self, verb: str) -> str: ...

    def capacity(self, capacity: str) -> str: ...

    def purpose(self, kind: str, code: str) -> str: ...

    def kind(self, object_kind: str) -> str: ...

    def actor(self, label: str, capacity: str) -> str: ...

    def details(self, found: Mapping[AuditEntry, Mapping[str, Any]]) -> Mapping[int, str]:
        """What was seen and for what reason, for entries that keep this apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case: what the trail points at, those whose data it holds, and what came of it."""

    target: ObjectRef
    subjects: list[UUID]
    parts: tuple[ObjectRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSearch:
    """What a supervisor looks for; what is left empty does not narrow the search."""

    officer: str = ""
    reference: str = ""
    case: KnownCase | None = None
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
        found = found.filter(actor_label__in={search.officer, search.officer.upper()})
    if search.reference:
        found = found.filter(about_case(search.reference, *_objects_of(search.case)))
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


def about_case(reference: str, *objects: ObjectRef) -> Q:
    """What was done to a case or its parts, and whatever else was looked at for its sake."""
    condition = Q(purpose_kind="case", purpose=reference)
    for one in objects:
        condition |= Q(object_kind=one.kind, object_id=one.id)
    return condition


def _objects_of(case: KnownCase | None) -> list[ObjectRef]:
    return [case.target, *case.parts] if case else []


def views_among(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Those of these entries by which somebody saw somebody's data, and got to see it."""
    endings = Q()
    for ending in VIEW_ENDINGS:
        endings |= Q(verb__endswith=ending)
    about = AuditSubject.objects.filter(entry_id=OuterRef("pk"))
    return entries.filter(endings, Exists(about)).exclude(outcome="refused")


def subjects_of(entries: Collection[AuditEntry]) -> dict[int, list[UUID]]:
    """Whose data each entry is about, each person once."""
    rows = AuditSubject.objects.filter(entry_id__in=[entry.pk for entry in entries])
    found: dict[int, list[UUID]] = defaultdict(list)
    for entry_id, subject in rows.order_by("entry_id", "subject").values_list(
        "entry_id", "subject"
    ):
        if subject not in found[entry_id]:
            found[entry_id].append(subject)
    return found


def details_of(entries: Collection[AuditEntry]) -> dict[AuditEntry, Mapping[str, Any]]:
    """What entries keep apart, in one query. Gated: their subjects were recorded before."""
    if not entries:
        return {}
    rows = AuditDetail.objects.filter(
        entry_id__in=[entry.pk for entry in entries], at__in={entry.at for entry in entries}
    )
    bodies = dict(rows.values_list("entry_id", "body"))
    return {entry: bodies[entry.pk] for entry in entries if entry.pk in bodies}


def entries_by_id(ids: Collection[int]) -> dict[int, AuditEntry]:
    return AuditEntry.objects.in_bulk(list(dict.fromkeys(ids)))
