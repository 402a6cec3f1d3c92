"""Who looked at a person's data: from the entries of the trail to sentences for that person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applications.actions.reveal_answer import REVEALED
from applications.answer_values import language_of
from applications.models import Application
from audit.kernel.actors import Capacity
from audit.models import AuditEntry, AuditSubject
from audit.pages import Page, page_of
from audit.selectors import VIEW_ENDINGS, details_of, entries_by_id
from catalog.models import Department
from portal.desk.trail_details import details_in_words
from portal.desk.trail_words import capacity_in_words, purpose_in_words, verb_in_words

AUTOMATIC = Q(capacity="system") | Q(verb="record.fetched")
PRIVATE = Q(capacity__in=[Capacity.CITIZEN, Capacity.DELEGATE, Capacity.ANONYMOUS])
OWN_LOOKS = 20
KEYS = ("at", "entry_id", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry as the person concerned reads it. Nobody else's name or id is in it."""

    at: datetime
    office: str
    office_lang: str
    post: str
    what: str
    why: str
    reference: str
    detail: str
    is_view: bool
    has_no_reason: bool
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks and the rows it was made from."""

    looks: list[Look]
    page: Page[AuditSubject]


def looks_by_people(subjects: Collection[UUID], account_id: UUID, cursor: str) -> Looks:
    """What officers did about these subjects, newest first."""
    rows = _about(subjects).exclude(entry_id__in=_entries(AUTOMATIC | PRIVATE))
    rows = rows.exclude(entry_id__in=_entries(Q(actor=account_id)))
    return _looks(page_of(rows, keys=KEYS, cursor=cursor, descending=True), subjects)


def looks_by_citizens(subjects: Collection[UUID], account_id: UUID, cursor: str) -> Looks:
    """What other citizens did: who acts under a mandate, or applied for something with them."""
    rows = _about(subjects).filter(entry_id__in=_entries(PRIVATE & ~AUTOMATIC))
    rows = rows.exclude(entry_id__in=_entries(Q(actor=account_id)))
    return _looks(page_of(rows, keys=KEYS, cursor=cursor, descending=True, size=20), subjects)


def looks_by_machine(subjects: Collection[UUID], cursor: str) -> Looks:
    """What the portal did by itself: no person saw anything."""
    rows = _about(subjects).filter(entry_id__in=_entries(AUTOMATIC))
    return _looks(page_of(rows, keys=KEYS, cursor=cursor, descending=True, size=20), subjects)


def own_looks(subjects: Collection[UUID], account_id: UUID) -> list[Look]:
    """One's own views, for the fold: the newest few."""
    rows = _about(subjects).values("entry_id")
    entries = AuditEntry.objects.filter(actor=account_id, purpose_kind="own", pk__in=rows)
    return _sentences(list(entries.order_by("-id")[:OWN_LOOKS]), subjects)


def _entries(condition: Q) -> QuerySet[AuditEntry, int]:
    return AuditEntry.objects.filter(condition).values_list("id", flat=True)


def _about(subjects: Collection[UUID]) -> QuerySet[AuditSubject]:
    return AuditSubject.objects.filter(subject__in=subjects)


def _looks(page: Page[AuditSubject], subjects: Collection[UUID]) -> Looks:
    """One look per entry, though it may be about the person and about the person's firm."""
    entries = entries_by_id([row.entry_id for row in page.rows])
    ordered = dict.fromkeys(row.entry_id for row in page.rows)
    return Looks(_sentences([entries[one] for one in ordered], subjects), page)


def _sentences(entries: Sequence[AuditEntry], subjects: Collection[UUID]) -> list[Look]:
    references = {entry.purpose for entry in entries if entry.purpose_kind == "case"}
    mine = set(
        Application.objects.filter(reference__in=references)
        .filter(Q(subject_id__in=subjects) | Q(applicant__in=subjects))
        .values_list("reference", flat=True)
    )
    codes = {entry.department for entry in entries} - {""}
    offices = {
        department.code: department.display_name
        for department in Department.objects.filter(code__in=codes)
    }
    details = details_in_words(details_of([one for one in entries if one.verb == REVEALED]))
    return [
        _look(entry, offices.get(entry.department, ""), mine, details.get(entry.pk, ""))
        for entry in entries
    ]


def _look(entry: AuditEntry, office: str, mine: Collection[str], detail: str) -> Look:
    is_my_case = entry.purpose_kind == "case" and entry.purpose in mine
    return Look(
        at=entry.at,
        office=office,
        office_lang=language_of(office),
        post=_who(entry),
        what=verb_in_words(entry.verb),
        why=_why(entry, is_my_case=is_my_case),
        reference=entry.purpose if is_my_case else "",
        detail=detail,
        is_view=entry.verb.endswith(VIEW_ENDINGS),
        has_no_reason=not entry.purpose_kind and entry.capacity != "system",
        is_refused=entry.outcome != "done",
    )


def _who(entry: AuditEntry) -> str:
    """In which capacity; a register is asked by the portal itself, whoever fills in the form."""
    if entry.verb == "record.fetched":
        return _("The portal itself, for a form")
    return capacity_in_words(entry.capacity)


def _why(entry: AuditEntry, *, is_my_case: bool) -> str:
    """The purpose; the number of a case of other people is not said."""
    if entry.purpose_kind == "case" and not is_my_case:
        return _("A case in which you are named")
    return purpose_in_words(entry.purpose_kind, entry.purpose)
