"""Who looked at a person's data: from the entries of the trail to sentences for that person."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from applications.answer_values import language_of
from applications.models import Application, Outcome
from audit.leaks.search import INQUIRY
from audit.models import AuditEntry
from audit.pages import Page
from audit.selectors import VIEW_ENDINGS, details_of
from catalog.models import Department
from identity.models import LookQuestion
from identity.selectors.holds import Late
from identity.selectors.look_questions import latest_questions_about
from identity.selectors.looks import (
    ASKED_REGISTER,
    PRIVATE,
    Lookers,
    Reader,
    get_look,
    looks_shown_late,
    newest_own_looks,
    page_of_looks,
)
from portal.desk.seen_details import DETAILED, what_was_seen
from portal.desk.seen_words import NAMED_IN_IT, seen_in_words
from portal.desk.trail_words import capacity_in_words, purpose_in_words, verb_in_words

OWN_LOOKS = 20
OWN_READ = 100  # one's own views that are folded into these lines
OTHERS = 20
OFFICERS = 50
LISTED = "queue.listed"
CASE, LETTER = "applications.application", "applications.outcome"
UUID_SHAPE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_A_CASE = (CASE, LETTER, "applications.attachment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry as the person concerned reads it. Nobody else's name, number or matter is in it."""

    number: int
    at: datetime
    office: str
    office_lang: str
    post: str
    what: str
    seen: str
    why: str
    reference: str
    is_view: bool
    has_no_reason: bool
    is_refused: bool
    may_ask: bool = False
    question: LookQuestion | None = None
    late: Late | None = None
    times: int = 1
    """How often that day, where a list or an own page was looked at again; `at` is the last."""


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks and the entries it was made from. Lists of one officer and day are one, and
    so are the looks of one citizen at the same thing on one day."""

    looks: list[Look]
    page: Page[AuditEntry]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked once for a page of entries."""

    mine: Collection[str]
    offices: Mapping[str, str]
    details: Mapping[int, str]
    late: Mapping[int, Late]
    questions: Mapping[int, LookQuestion]


def looks_by_people(reader: Reader, cursor: str = "", size: int = OFFICERS) -> Looks:
    """What officers did about the reader's subjects, newest first."""
    return _looks(reader, Lookers.PEOPLE, cursor, size)


def looks_by_citizens(reader: Reader, cursor: str = "") -> Looks:
    """What other citizens did: who acts under a mandate, or applied for something with them."""
    return _looks(reader, Lookers.CITIZENS, cursor, OTHERS)


def looks_by_machine(reader: Reader, cursor: str = "") -> Looks:
    """What the portal did by itself: no person saw anything."""
    return _looks(reader, Lookers.MACHINE, cursor, OTHERS)


def own_looks(reader: Reader) -> list[Look]:
    """One's own views, for the fold: the newest few, those of a day at the same page together."""
    entries = newest_own_looks(reader, OWN_READ)
    return _folded(entries, _known(reader, entries), may_ask=False)[:OWN_LOOKS]


def look_to_ask_about(reader: Reader, entry_id: int) -> Look:
    """One look of an officer; refused for every number that is not one the reader can see."""
    entry = get_look(reader, entry_id)
    return _look(entry, _known(reader, [entry]), may_ask=True)


def _looks(reader: Reader, lookers: Lookers, cursor: str, size: int) -> Looks:
    page = page_of_looks(reader, lookers, cursor, size)
    known = _known(reader, page.rows)
    return Looks(_folded(page.rows, known, may_ask=lookers is Lookers.PEOPLE), page)


def _folded(entries: Sequence[AuditEntry], known: _Known, *, may_ask: bool) -> list[Look]:
    looks: dict[object, Look] = {}
    for entry in entries:
        fold = _fold(entry, known)
        before = looks.get(fold)
        looks[fold] = (
            replace(before, times=before.times + 1)
            if before
            else _look(entry, known, may_ask=may_ask)
        )
    return list(looks.values())


def _fold(entry: AuditEntry, known: _Known) -> object:
    """What makes two entries of one day one line: the same officer's lists, or the same citizen's
    looks at the same thing; and nothing else."""
    who = (entry.actor, entry.department, entry.capacity, localtime(entry.at).date())
    if entry.pk in known.questions or entry.pk in known.late:
        return entry.pk
    if entry.verb == LISTED:
        return who
    if entry.capacity in PRIVATE and entry.verb.endswith(VIEW_ENDINGS):
        return (*who, entry.verb, entry.object_kind, entry.object_id)
    return entry.pk


def _known(reader: Reader, entries: Sequence[AuditEntry]) -> _Known:
    """A handful of queries, however many entries."""
    codes = {entry.department for entry in entries} - {""}
    mine = _own_cases(reader, entries)
    kept_apart = [one for one in entries if one.verb in DETAILED and not _is_foreign(one, mine)]
    return _Known(
        mine=mine,
        offices={
            department.code: department.display_name
            for department in Department.objects.filter(code__in=codes)
        },
        details=what_was_seen(details_of(kept_apart)),
        late=looks_shown_late(reader, list(entries)),
        questions=latest_questions_about(reader.account_id, [entry.pk for entry in entries]),
    )


def _own_cases(reader: Reader, entries: Sequence[AuditEntry]) -> set[str]:
    """References and ids of the cases among these that are the reader's own matter.

    Having filled in a form for somebody else makes it nobody else's matter.
    """
    references = {entry.purpose for entry in entries if entry.purpose_kind == "case"}
    ids, letters = _objects(entries, CASE), _objects(entries, LETTER)
    own = Application.objects.filter(subject_id__in=reader.subjects)
    found = {*own.filter(reference__in=references).values_list("reference", flat=True)}
    found |= {str(one) for one in own.filter(pk__in=ids).values_list("pk", flat=True)}
    issued = Outcome.objects.filter(pk__in=letters, application__subject_id__in=reader.subjects)
    return found | {str(one) for one in issued.values_list("pk", flat=True)}


def _objects(entries: Sequence[AuditEntry], kind: str) -> set[UUID]:
    """The ids of the objects of this kind; what is no id names nothing of ours."""
    named = {entry.object_id for entry in entries if entry.object_kind == kind}
    return {UUID(one) for one in named if UUID_SHAPE.fullmatch(one)}


def _is_foreign(entry: AuditEntry, mine: Collection[str]) -> bool:
    """Whether it is about a case of other people, in which the reader is only named."""
    if entry.purpose_kind == "case":
        return entry.purpose not in mine
    return entry.object_kind in OF_A_CASE and entry.object_id not in mine


def _look(entry: AuditEntry, known: _Known, *, may_ask: bool) -> Look:
    foreign = _is_foreign(entry, known.mine)
    office = known.offices.get(entry.department, "")
    is_view = entry.verb.endswith(VIEW_ENDINGS)
    return Look(
        number=entry.pk,
        at=entry.at,
        office=office,
        office_lang=language_of(office),
        post=_who(entry),
        what=_what(entry, foreign=foreign, is_view=is_view),
        seen=_seen(entry, known, foreign=foreign),
        why=_why(entry, foreign=foreign),
        reference=entry.purpose if entry.purpose_kind == "case" and not foreign else "",
        is_view=is_view,
        has_no_reason=not entry.purpose_kind and entry.capacity != "system",
        is_refused=entry.outcome != "done" and not foreign,
        may_ask=may_ask and entry.actor is not None,
        question=known.questions.get(entry.pk),
        late=known.late.get(entry.pk),
    )


def _who(entry: AuditEntry) -> str:
    """In which capacity; a register is asked by the portal itself, whoever fills in the form."""
    if entry.verb == ASKED_REGISTER:
        return _("The portal itself, for a form")
    return capacity_in_words(entry.capacity)


def _what(entry: AuditEntry, *, foreign: bool, is_view: bool) -> str:
    """What was done; how a case of other people goes on is not said."""
    if not foreign:
        return verb_in_words(entry.verb)
    return _("Looked at a case") if is_view else _("Worked on a case")


def _seen(entry: AuditEntry, known: _Known, *, foreign: bool) -> str:
    """Which kinds of data; which single value, where the entry says it."""
    seen = seen_in_words(entry.verb)
    if entry.outcome == "refused" or not seen:
        return ""
    return str(NAMED_IN_IT) if foreign else known.details.get(entry.pk) or seen


def _why(entry: AuditEntry, *, foreign: bool) -> str:
    """The purpose; neither number nor name of a case of other people is said, nor the number of
    an inquiry, which would tell those it is about."""
    if foreign:
        return _("A case in which you are named")
    if entry.purpose.startswith(INQUIRY):
        return _("An inquiry of the supervisors")
    return purpose_in_words(entry.purpose_kind, entry.purpose)
