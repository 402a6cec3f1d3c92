"""What somebody may see of the looks at their data: the one place that decides it.

Every page, file and excerpt that shows people who looked reads through here, so that a hold holds
everywhere, and ends everywhere at the same moment.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.about import is_about, page_about
from audit.keeping.erasing import ERASED
from audit.kernel.actors import STAFF_CAPACITIES, Actor, Capacity, PurposeKind
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.pages import PAGE_SIZE, Page
from identity.access import account_at_work, affairs_of, own_subjects, subjects_of
from identity.models import Account, LookQuestion
from identity.selectors.accounts import same_accounts
from identity.selectors.held_back import findings_held_back, fresh_tries, held_back
from identity.selectors.reach_of_holds import Reach, holds_reaching
from identity.selectors.shown_late import Late, shown_late

ASKED_REGISTER = "record.fetched"
LinesOf = Callable[[Sequence[AuditEntry]], Sequence[Hashable]]
PRIVATE = (Capacity.CITIZEN, Capacity.DELEGATE, Capacity.ANONYMOUS)
OFFICERS = Q(capacity__in=sorted(STAFF_CAPACITIES)) & ~Q(verb=ASKED_REGISTER)
ANSWERING = ("question.viewed", "question.answered")
CHECKING = Q(capacity=Capacity.SUPERVISOR, purpose_kind=PurposeKind.DUTY) | Q(verb__in=ANSWERING)
"""What supervisors do as supervisors, and superiors who answer why somebody looked."""


BY_OPERATOR = Q(capacity=Capacity.SYSTEM) & (Q(verb=ERASED) | Q(verb__startswith="erasure."))
"""What whoever runs the servers did by a command, on an order of officers."""


class Lookers(Enum):
    """Who looked: officers at work, whoever checks the looks of those, other citizens, the operator
    who erases on an order, or nobody because the portal did it by itself. Each look is in exactly
    one of these, whoever is named as the actor: a name is what a stolen web process can choose
    (decision 7)."""

    PEOPLE = OFFICERS & ~CHECKING
    CHECKERS = OFFICERS & CHECKING
    CITIZENS = Q(capacity__in=PRIVATE) & ~Q(verb=ASKED_REGISTER)
    OPERATOR = BY_OPERATOR
    MACHINE = ~OFFICERS & ~(Q(capacity__in=PRIVATE) & ~Q(verb=ASKED_REGISTER)) & ~BY_OPERATOR


def is_checking(entry: AuditEntry) -> bool:
    """Whether one entry is of `Lookers.CHECKERS`, given that an officer made it."""
    supervises = entry.capacity == Capacity.SUPERVISOR and entry.purpose_kind == PurposeKind.DUTY
    return supervises or entry.verb in ANSWERING


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks who looked: for which subjects, and which holds reach them."""

    account_id: UUID
    subjects: list[UUID]
    affairs: list[UUID]
    holds: Reach


def reader_of(actor: Actor) -> Reader:
    """The reader with all that is held back; refused under a mandate.

    A hold on the reader also covers what is looked at for a firm of the reader.
    """
    subjects = own_subjects(actor)
    affairs = list(dict.fromkeys([*subjects, *subjects_of(actor)]))
    return Reader(account_at_work(actor), subjects, affairs, holds_reaching(affairs))


def reader_without_request(account: Account) -> Reader:
    """The same for a citizen who is to be told something now, and is not here."""
    affairs = affairs_of(account.person_id)
    return Reader(account.pk, affairs, affairs, holds_reaching(affairs))


def reader_for_answer(question: LookQuestion) -> Reader:
    """Who answers a question reads of the person's looks what that person reads, those at the
    person's firms too, and not more: what a hold keeps back would come out with the answer."""
    subjects = subjects_for_answer(question)
    return Reader(question.asker_id, subjects, subjects, holds_reaching(subjects))


def subjects_for_answer(question: LookQuestion) -> list[UUID]:
    """About whom who answers reads looks: whom the question is about, and whose affairs are the
    asker's."""
    affairs = affairs_of(question.asker.person_id)
    return list(dict.fromkeys([question.subject_id, *affairs]))


def page_of_looks(
    reader: Reader,
    lookers: Lookers,
    cursor: str = "",
    size: int = PAGE_SIZE,
    lines_of: LinesOf | None = None,
) -> Page[AuditEntry]:
    """What others did about the reader's subjects, newest first; what is one line by `lines_of` is
    on one page. Lines are made of what is shown, so that none tells of what is held back."""
    shown = _shown_to(reader) & lookers.value
    if lookers is Lookers.CITIZENS:
        shown &= ~Q(actor=reader.account_id)
    return page_about(
        reader.subjects,
        AuditEntry.objects.filter(shown),
        cursor=cursor,
        size=size,
        lines_of=lines_of,
        are_most=lookers is Lookers.PEOPLE,
    )


def looks_of_officer(
    reader: Reader,
    question: LookQuestion,
    cursor: str = "",
    size: int = PAGE_SIZE,
    lines_of: LinesOf | None = None,
) -> Page[AuditEntry]:
    """Every look of the officer a question is about, under any account, at the same person."""
    entries = AuditEntry.objects.filter(
        _shown_to(reader) & OFFICERS, actor__in=same_accounts([question.officer])
    ).exclude(pk=question.entry_id)
    return page_about(reader.subjects, entries, cursor=cursor, size=size, lines_of=lines_of)


def page_of_own_looks(
    reader: Reader,
    cursor: str = "",
    size: int = PAGE_SIZE,
    lines_of: LinesOf | None = None,
) -> Page[AuditEntry]:
    """What was looked at and done under the reader's account, as the citizen the reader is: every
    bit of it, so that who got hold of a session cannot push out of sight what was done with it."""
    own = AuditEntry.objects.filter(actor=reader.account_id, capacity__in=PRIVATE)
    entries = own.exclude(verb=ASKED_REGISTER)
    return page_about(reader.subjects, entries, cursor=cursor, size=size, lines_of=lines_of)


def get_look(reader: Reader, entry_id: int) -> AuditEntry:
    """One entry of an officer about the reader. Others', held back and missing ones: one answer."""
    shown = _shown_to(reader) & OFFICERS
    entries = AuditEntry.objects.filter(shown, pk=entry_id, actor__isnull=False)
    found = page_about(reader.subjects, entries, size=1).rows
    if not found:
        raise Refused(
            code="look.not_there",
            message=_("There is no such look at your data."),
            next_step=_("Go back to the list and choose one of the looks in it."),
            status=404,
        )
    return found[0]


def looks_to_be_seen(reader: Reader, moments: Mapping[int, datetime]) -> set[int]:
    """Which of these entries, numbers with their moments, the reader may see as looks."""
    seen = _shown_to(reader) & OFFICERS & is_about(reader.subjects)
    entries = AuditEntry.objects.filter(seen, pk__in=moments, at__in=moments.values())
    return set(entries.values_list("pk", flat=True))


def findings_kept(reader: Reader, entries: Collection[AuditEntry]) -> Mapping[int, datetime]:
    """From when on the reader is not told yet what supervisors find about these, by entry."""
    return findings_held_back(reader.holds.kept, entries)


def looks_shown_late(reader: Reader, entries: list[AuditEntry]) -> Mapping[int, Late]:
    """Which of these had been held back, why and how long."""
    return shown_late(reader.affairs, entries) if reader.holds.may_be_late else {}


def _shown_to(reader: Reader) -> Q:
    told = ~fresh_tries()
    kept = reader.holds.kept
    return told & ~held_back(kept) if kept else told
