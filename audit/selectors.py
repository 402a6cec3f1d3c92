"""Reading the trail. Entries hold ids and codes only, so nothing here opens personal data."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.directory import KnownCase, the_directory
from audit.exports.hidden import entries_about, files_against
from audit.kernel.actors import STAFF_CAPACITIES, Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.pages import PAGE_SIZE, Page, page_of
from audit.sentinel.hidden import entries_about_alarms
from audit.trail import ObjectRef

VIEW_ENDINGS = (".viewed", ".revealed", ".looked_up", ".opened_by_reason")
TAKEN_ENDINGS = (*VIEW_ENDINGS, ".exported")
NO_CASE = ("", "reason")
BY_NUMBER = (
    ".looked_up",
    ".opened_by_reason",
    ".searched",
    "hold.asked",
    "erasure.asked",
    "case.refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSearch:
    """What a supervisor looks for; what is left empty does not narrow the search."""

    officer: str = ""
    office: str = ""
    reference: str = ""
    case: KnownCase | None = None
    person: UUID | None = None
    verbs: tuple[str, ...] = ()
    without_case: bool = False
    since: datetime | None = None
    until: datetime | None = None


def refuse_all_but_readers(actor: Actor) -> None:
    """The trail is read by supervisors and by nobody else."""
    if actor.capacity is not Capacity.SUPERVISOR:
        raise Refused(
            code="trail.not_yours",
            message=_("Only supervisors read the trail."),
            next_step=_("If you need to know who looked at a case, ask your supervisor."),
            status=403,
        )


def entries_visible_to(actor: Actor) -> QuerySet[AuditEntry]:
    """The trail for supervisors, nothing for anybody else. A few queries: what is kept from whom.

    Of all of it, a supervisor does not read that a file of the trail is asked for against them, nor
    what the sentinel asks about them, nor what is decided of things that are not there for them.
    """
    refuse_all_but_readers(actor)
    files = files_against(actor)
    hidden = entries_about(files, actor) | entries_about_alarms(actor, files)
    return AuditEntry.objects.exclude(hidden | the_directory().kept_from(actor))


def entries_found(actor: Actor, search: TrailSearch) -> QuerySet[AuditEntry]:
    """The entries a search asks for, whoever they are about: `page_found` looks after the person.

    Every road is an index that ends in the order of the pages (at, id): (actor_label),
    (department), those of object and purpose for a case, and time alone. Acts, and looks without a
    case, have no index of their own: they are sifted out of one of these, which is why the form
    asks for an officer, a person, a case or a short time beside them.
    """
    found = entries_visible_to(actor).filter(within(search.since, search.until))
    if search.officer:
        found = found.filter(actor_label=search.officer)
    if search.office:
        found = found.filter(department=search.office)
    if search.reference:
        found = found.filter(about_case(search.reference, *_objects_of(search.case)))
    if search.verbs:
        found = found.filter(verb__in=search.verbs)
    return found.filter(without_case()) if search.without_case else found


def page_found(
    actor: Actor,
    search: TrailSearch,
    cursor: str = "",
    *,
    size: int = PAGE_SIZE,
    oldest_first: bool = False,
    lines_of: Callable[[Sequence[AuditEntry]], Sequence[Hashable]] | None = None,
) -> Page[AuditEntry]:
    """One page of a search, newest first unless told otherwise. Without a person it ends where a
    line does (`lines_of`, as for `page_from`).

    With a person the way leads over the subjects (subject, at), of which one person has few, and
    the other conditions are asked of each entry met on it; the trail's length plays no part.
    """
    entries = entries_found(actor, search)
    falling = not oldest_first
    if search.person is None:
        return page_of(
            entries,
            keys=("at", "id"),
            cursor=cursor,
            descending=falling,
            size=size,
            lines_of=lines_of,
        )
    about = AuditSubject.objects.filter(
        within(search.since, search.until),
        Exists(entries.filter(pk=OuterRef("entry_id"), at=OuterRef("at"))),
        subject=search.person,
    )
    page = page_of(about, keys=("at", "entry_id"), cursor=cursor, descending=falling, size=size)
    moments = {row.at for row in page.rows}
    found = AuditEntry.objects.filter(at__in=moments).in_bulk([row.entry_id for row in page.rows])
    return Page([found[row.entry_id] for row in page.rows], page.before, page.after)


def within(since: datetime | None, until: datetime | None) -> Q:
    """From `since` on and before `until`; what is None has no bound."""
    condition = Q(at__gte=since) if since is not None else Q()
    return condition & Q(at__lt=until) if until is not None else condition


def without_case() -> Q:
    """What officers saw or took of somebody's data with no case behind it, typed reason or none."""
    endings = Q()
    for ending in TAKEN_ENDINGS:
        endings |= Q(verb__endswith=ending)
    by_officer = Q(capacity__in=sorted(STAFF_CAPACITIES), purpose_kind__in=NO_CASE)
    return endings & by_officer & ~Q(outcome="refused")


def looks() -> Q:
    """What shows somebody's data, by the way such verbs end; what was refused showed none."""
    endings = Q()
    for ending in VIEW_ENDINGS:
        endings |= Q(verb__endswith=ending)
    return endings & ~Q(outcome="refused")


def is_look(verb: str, outcome: str) -> bool:
    """The same of one entry at hand."""
    return verb.endswith(VIEW_ENDINGS) and outcome != "refused"


def is_without_case(verb: str, capacity: str, purpose_kind: str, outcome: str) -> bool:
    """The same of one entry at hand."""
    is_taken = verb.endswith(TAKEN_ENDINGS) and outcome != "refused"
    return is_taken and purpose_kind in NO_CASE and capacity in STAFF_CAPACITIES


def outcome_of(verb: str, outcome: str, persons: int) -> str:
    """The outcome as pages tell it: `nothing` where a number was tried that led to nobody, which
    the trail keeps as refused. `persons`: whom the entry is about."""
    in_vain = outcome == "refused" and not persons and verb.endswith(BY_NUMBER)
    return "nothing" if in_vain else outcome


def work_of(officer: str) -> Q:
    """What an officer did under this code. Entries of citizens and jobs carry none, but for those
    taken before the database refused it."""
    return Q(actor_label=officer, capacity__in=sorted(STAFF_CAPACITIES))


def label_in_trail(typed: str) -> str:
    """An officer code as the trail has it: as it was typed, or in capital letters; else nothing."""
    for label in dict.fromkeys((typed, typed.upper())):
        if AuditEntry.objects.filter(actor_label=label).exists():
            return label
    return ""


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
    about = AuditSubject.objects.filter(entry_id=OuterRef("pk"), at=OuterRef("at"))
    return entries.filter(looks(), Exists(about))


def subjects_of(entries: Collection[AuditEntry]) -> dict[int, list[UUID]]:
    """Whose data each entry is about, each person once."""
    rows = AuditSubject.objects.filter(
        entry_id__in=[entry.pk for entry in entries], at__in={entry.at for entry in entries}
    )
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
    bodies = {(number, at): body for number, at, body in rows.values_list("entry_id", "at", "body")}
    kept = {entry: bodies.get((entry.pk, entry.at)) for entry in entries}
    return {entry: body for entry, body in kept.items() if body is not None}


def entries_by_id(ids: Collection[int]) -> dict[int, AuditEntry]:
    return AuditEntry.objects.in_bulk(list(dict.fromkeys(ids)))
