"""One entry of the trail in words for the person it is about; other people's matters are veiled."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.actions.reveal_answer import REASONS, REASONS_FOR_OTHERS
from applications.answer_values import language_of
from applications.models import Application, Outcome
from applications.verbs import Verb
from audit.keeping.erased import Erased, took_words, words_erased
from audit.keeping.erasing import ERASED, JOB, KIND_OF_ALL
from audit.kernel.actors import STAFF_CAPACITIES, Capacity, PurposeKind
from audit.leaks.inquiry import INQUIRY
from audit.models import AuditEntry
from audit.selectors import VIEW_ENDINGS
from catalog.models import Department
from identity.models import LookQuestion
from identity.selectors.look_questions import may_ask_again, questions_about
from identity.selectors.looks import ASKED_REGISTER, Reader, looks_shown_late
from identity.selectors.shown_late import Late
from portal.desk.reviews import words_written
from portal.desk.seen_details import WRITTEN_FOR, reasons_chosen, what_was_seen
from portal.desk.seen_registers import Asked, registers_asked
from portal.desk.seen_words import NAMED_IN_IT, seen_in_words
from portal.desk.trail_details import with_reason
from portal.desk.trail_words import capacity_in_words
from portal.myspace.findings import Finding, findings_about, looks_reviewed
from portal.myspace.told import told, told_why

CASE, LETTER = "applications.application", "applications.outcome"
UUID_SHAPE = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_A_CASE = (CASE, LETTER, "applications.attachment")
OF_THE_NAMED = (Verb.NUMBER_REVEALED,)
"""What is said plainly to who is merely named in a case: it is of them and of nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry as the person concerned reads it. Nobody else's name, number or matter is in it.

    `is_refused`: nothing was shown; that an act was stopped says its verb. `has_failed`: the page
    broke after it may have been seen.
    `written` is what the officer typed for it, and only given to who answers for the officer.
    `deleted`: what is there no more because of it. `asked`: which registers, and for which facts.
    `found`: what others found about it. `reviewed`: the look it was a review of, or none.
    `is_veiled`: it is about a case of other people, so that neither whose nor which is said.
    `same` is empty but for a line that stands for several looks of one day: these, newest first.
    """

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
    has_failed: bool = False
    is_veiled: bool = False
    may_ask: bool = False
    question: LookQuestion | None = None
    late: Late | None = None
    erased: Erased | None = None
    written: str = ""
    deleted: str = ""
    asked: tuple[Asked, ...] = ()
    found: tuple[Finding, ...] = ()
    reviewed: int | None = None
    same: tuple["Look", ...] = ()

    @property
    def since(self) -> datetime:
        """The earliest moment of what the line stands for."""
        return self.same[-1].at if self.same else self.at

    @property
    def is_wrong(self) -> bool:
        """Whether somebody found that it was not in order."""
        return any(not one.is_in_order for one in self.found)

    @property
    def is_disputed(self) -> bool:
        """Whether those who judged it contradict each other."""
        return self.is_wrong and any(one.is_in_order for one in self.found)

    @property
    def may_ask_above(self) -> bool:
        """Whether an answer has come, and an office above it is left to ask."""
        asked = self.question
        return asked is not None and asked.answered_at is not None and may_ask_again(asked)


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked once for a page of entries."""

    mine: Collection[str]
    offices: Mapping[str, str]
    details: Mapping[int, str]
    asked: Mapping[int, tuple[Asked, ...]]
    reasons: Mapping[int, str]
    erased: Mapping[int, Erased]
    took: Collection[int]
    late: Mapping[int, Late]
    questions: Mapping[int, LookQuestion]
    written: Mapping[int, str]
    findings: Mapping[int, tuple[Finding, ...]]
    reviewed: Mapping[int, int]


def known_of(reader: Reader, entries: Sequence[AuditEntry], *, for_answer: bool = False) -> Known:
    """A handful of queries, however many entries, and none where there can be no answer: only looks
    of officers are asked about and judged. Gated: record the reader's subjects first.

    `for_answer`: with the officers' sentences and without what others found, for who answers in the
    place of an officer.
    """
    codes = {entry.department for entry in entries} - {""}
    mine = _own_cases(reader, entries)
    own = [one for one in entries if not _is_foreign(one, mine)]
    of_officers = [one for one in entries if one.capacity in STAFF_CAPACITIES]
    questions = questions_about(reader.account_id, [one.pk for one in of_officers])
    return Known(
        mine=mine,
        offices=_offices(codes),
        details=what_was_seen(own),
        asked=registers_asked(own),
        reasons=reasons_chosen([one for one in entries if one.verb in OF_THE_NAMED]),
        erased=words_erased(own),
        took=took_words([one for one in entries if one.verb == ERASED]),
        late=looks_shown_late(reader, list(entries)),
        questions={number: asked[-1] for number, asked in questions.items()},
        written=words_written([one for one in own if for_answer and one.verb in WRITTEN_FOR]),
        findings={} if for_answer else findings_about(reader, of_officers, questions),
        reviewed={} if for_answer else looks_reviewed(reader, entries),
    )


def look_of(entry: AuditEntry, known: Known, *, may_ask: bool) -> Look:
    """The entry in words."""
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
        deleted=_deleted(entry, known),
        seen=_seen(entry, known, foreign=foreign),
        asked=known.asked.get(entry.pk, ()),
        why=_why(entry, foreign=foreign),
        reference=entry.purpose if entry.purpose_kind == "case" and not foreign else "",
        is_view=is_view,
        has_no_reason=not entry.purpose_kind and entry.capacity != "system",
        is_refused=entry.outcome == "refused" and not foreign and entry.verb != Verb.STOPPED,
        has_failed=entry.outcome == "undone" and not foreign,
        is_veiled=foreign,
        may_ask=may_ask and entry.actor is not None,
        question=known.questions.get(entry.pk),
        late=known.late.get(entry.pk),
        erased=known.erased.get(entry.pk),
        written=known.written.get(entry.pk, ""),
        found=known.findings.get(entry.pk, ()),
        reviewed=known.reviewed.get(entry.pk),
    )


def _offices(codes: Collection[str]) -> dict[str, str]:
    named = Department.objects.filter(code__in=codes).order_by().only("code", "name", "name_en")
    return {one.code: one.display_name for one in named} if codes else {}


def _own_cases(reader: Reader, entries: Sequence[AuditEntry]) -> set[str]:
    """References and ids of the cases among these that are the reader's own matter.

    Having filled in a form for somebody else makes it nobody else's matter.
    """
    references = {entry.purpose for entry in entries if entry.purpose_kind == "case"} - {""}
    ids, letters = _objects(entries, CASE), _objects(entries, LETTER)
    found: set[str] = set()
    if references or ids:
        own = Application.objects.filter(subject_id__in=reader.subjects)
        named = own.filter(Q(reference__in=references) | Q(pk__in=ids))
        for pk, reference in named.values_list("pk", "reference"):
            found |= {str(pk), reference}
    if letters:
        issued = Outcome.objects.filter(pk__in=letters, application__subject_id__in=reader.subjects)
        found |= {str(one) for one in issued.values_list("pk", flat=True)}
    return found


def _objects(entries: Sequence[AuditEntry], kind: str) -> set[UUID]:
    """The ids of the objects of this kind; what is no id names nothing of ours."""
    named = {entry.object_id for entry in entries if entry.object_kind == kind}
    return {UUID(one) for one in named if UUID_SHAPE.fullmatch(one)}


def _is_foreign(entry: AuditEntry, mine: Collection[str]) -> bool:
    """Whether it is about a case of other people, in which the reader is only named."""
    if entry.purpose_kind == "case":
        return entry.purpose not in mine
    return entry.object_kind in OF_A_CASE and entry.object_id not in mine


def _who(entry: AuditEntry) -> str:
    """In which capacity; a register is asked by the portal itself, whoever fills in the form, and
    words are erased by hand."""
    if entry.actor_label == JOB and entry.capacity == Capacity.SYSTEM:
        return _("Whoever runs the servers, by hand")
    if entry.verb == ASKED_REGISTER:
        return _("The portal itself, for a form")
    return capacity_in_words(entry.capacity)


def _what(entry: AuditEntry, *, foreign: bool, is_view: bool) -> str:
    """What was done; how a case of other people goes on is not said, but what was seen in it of
    the reader is."""
    if entry.verb == ERASED and entry.request_id:
        by_order = _("%(what)s: on an order by two supervisors, %(number)s")
        return by_order % {"what": told(entry.verb), "number": entry.request_id}
    if not foreign or entry.verb in OF_THE_NAMED:
        return told(entry.verb)
    return _("Looked at a case") if is_view else _("Worked on a case")


def _deleted(entry: AuditEntry, known: Known) -> str:
    """What an erasure took: words, never the entries they stood in; plainly nothing where there
    were none."""
    try:
        before = date.fromisoformat(entry.object_id) if entry.verb == ERASED else None
    except ValueError:  # no erasure wrote that
        before = None
    if before is None:
        return ""
    if entry.pk not in known.took:
        none = _("nothing: there were no such words from before %(day)s")
        return none % {"day": date_format(before, _("j M Y"))}
    if entry.object_kind == KIND_OF_ALL:
        said = _("what was written in looks and acts about you before %(day)s, other people's too")
    else:
        said = _("what was written in looks and acts about you alone before %(day)s")
    return said % {"day": date_format(before, _("j M Y"))}


def _seen(entry: AuditEntry, known: Known, *, foreign: bool) -> str:
    """Which kinds of data; which single value, where the entry says it, and why it was needed."""
    seen = seen_in_words(entry.verb)
    if entry.outcome == "refused" or not seen:
        return ""
    if entry.verb in OF_THE_NAMED:
        reason = known.reasons.get(entry.pk, "")
        words = REASONS_FOR_OTHERS if foreign else REASONS
        return with_reason(seen, str(words.get(reason, reason)))
    if foreign:
        return str(NAMED_IN_IT)
    return known.details.get(entry.pk) or seen


def _why(entry: AuditEntry, *, foreign: bool) -> str:
    """The purpose; neither number nor name of a case of other people is said, nor the number of
    an inquiry, which would tell those it is about."""
    if foreign:
        return _("A case in which you are named")
    if entry.purpose.startswith(INQUIRY):
        return _("An inquiry of the supervisors")
    if entry.purpose_kind == PurposeKind.OWN:
        return _("Your mandate") if entry.capacity == Capacity.DELEGATE else ""
    return told_why(entry.purpose_kind, entry.purpose)
