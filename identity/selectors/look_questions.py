"""Questions about looks: who has to answer them, where they lie, what came out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.waiting import Waiting, waiting_in
from catalog.models import Department
from identity.access import own_affairs
from identity.models import (
    Account,
    LookQuestion,
    Organisation,
    PersonDetail,
    Posting,
    QuestionStep,
    QuestionText,
)
from identity.rights import WORK_DEPARTMENT, rights_of
from identity.selectors.accounts import accounts_of_the_same, same_accounts

KIND = "identity.lookquestion"
DEPARTMENT = "catalog.Department"
WRONG = (LookQuestion.Verdict.MISTAKE, LookQuestion.Verdict.NOT_ALLOWED)
SHOWN_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Before:
    """What the same person asked about the same look before, and what was answered."""

    question: LookQuestion
    text: QuestionText


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """One question as who answers it reads it: whose data, which entry, the words, and what was
    asked and answered before, the oldest first."""

    question: LookQuestion
    text: QuestionText
    entry: AuditEntry
    name: str
    number: str
    before: list[Before]


def way_up(office: Department | None) -> list[Department]:
    """The offices a question goes through: the officer's and those above it."""
    way: list[Department] = []
    while office is not None and office not in way:
        way.append(office)
        office = office.parent
    return way


def next_office(
    looked_from: Department | None, past: Department | None, without: Collection[UUID]
) -> Department | None:
    """Who has a question next: the first office on its way up whose superiors may answer it.

    Only what lies above `past` counts, if there is one. None is the supervisors.
    """
    way = way_up(looked_from)
    if past is not None:
        # Where the offices were put in another order meanwhile, the supervisors are next.
        way = way[way.index(past) + 1 :] if past in way else []
    return next((one for one in way if superiors_of(one, without)), None)


def next_to_answer(
    look: AuditEntry, asker: Account, earlier: LookQuestion | None
) -> Department | None:
    """Whose superiors would get a question of this asker about this look now; None: supervisors.

    `earlier` is what the asker asked about it before, whose office does not answer again.
    """
    if look.actor is None:
        raise LookupError("a look of nobody")
    return next_office(
        Department.objects.filter(code=look.department).first(),
        past=earlier.office if earlier else None,
        without=kept_out(look.actor, asker),
    )


def may_ask_again(earlier: LookQuestion | None) -> bool:
    """Whether somebody is left who has not answered yet: above the supervisors there is nobody."""
    return earlier is None or earlier.office_id is not None


def kept_out(officer: UUID, asker: Account) -> list[UUID]:
    """The accounts that never answer: of the officer who looked, and of who asks."""
    return list(same_accounts([officer, asker.pk]))


def superiors_of(office: Department | None, without: Collection[UUID]) -> list[UUID]:
    """The accounts whose turn it is: superiors of the office, or the supervisors."""
    capacity = Posting.Capacity.SUPERIOR if office else Posting.Capacity.SUPERVISOR
    postings = Posting.objects.in_force().filter(capacity=capacity, account__is_active=True)
    if office is not None:
        postings = postings.filter(department=office)
    return list(
        postings.exclude(account_id__in=without).values_list("account_id", flat=True).distinct()
    )


def questions_at(actor: Actor) -> QuerySet[LookQuestion]:
    """What waits for this actor's answer. Index rows: nothing personal."""
    waiting = _open_to(actor).filter(answered_at=None)
    if actor.capacity is Capacity.SUPERVISOR:
        return waiting.filter(office=None)
    if actor.capacity is not Capacity.SUPERIOR:
        return waiting.none()
    granted = rights_of(actor).ids(DEPARTMENT, WORK_DEPARTMENT)
    return waiting.filter(
        office__in=[int(pk) for pk in granted], office__code=actor.department_code
    )


def waiting_questions(actor: Actor) -> Waiting:
    """How many wait for this actor's answer, and how many are past their day; one query."""
    return waiting_in(questions_at(actor), late=Q(due_on__lt=timezone.localdate()))


def questions_not_in_order(actor: Actor) -> QuerySet[LookQuestion]:
    """Answered looks that should not have been, for supervisors."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return LookQuestion.objects.none()
    return _open_to(actor).filter(verdict__in=WRONG)


def get_question_at(actor: Actor, reference: str, *, lock: bool = False) -> LookQuestion:
    """One that waits here; answered ones, those of other offices and unknown ones: one answer."""
    rows = questions_at(actor).select_related("looked_from", "asker")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return _found(rows.filter(reference=reference).first())


def questions_readable(actor: Actor) -> QuerySet[LookQuestion]:
    """Those that wait here or that this supervisor may look at afterwards."""
    return questions_at(actor) | questions_not_in_order(actor)


def get_question_readable(actor: Actor, reference: str) -> LookQuestion:
    """One of these."""
    rows = questions_readable(actor).select_related("looked_from", "asker")
    return _found(rows.filter(reference=reference).first())


def question_file(question: LookQuestion) -> QuestionFile:
    """The words, the entry and whose data it is. Gated: record first."""
    subject = question.subject_id
    person = PersonDetail.objects.filter(pk=subject).first()
    firm = Organisation.objects.filter(pk=subject).first() if person is None else None
    return QuestionFile(
        question=question,
        text=QuestionText.objects.get(pk=question.pk),
        entry=AuditEntry.objects.get(pk=question.entry_id, at=question.entry_at),
        name=person.name if person else firm.name if firm else "",
        number=str(person.citizen_number) if person else firm.credit_code if firm else "",
        before=_asked_before(question),
    )


def _asked_before(question: LookQuestion) -> list[Before]:
    """About the same person, so that the record of this reading opens these words as well."""
    rows = LookQuestion.objects.filter(
        asker=question.asker_id,
        entry_id=question.entry_id,
        subject_id=question.subject_id,
        answered_at__isnull=False,
        id__lt=question.pk,
    )
    asked = list(rows.select_related("office").order_by("id"))
    texts = QuestionText.objects.in_bulk([one.pk for one in asked])
    return [Before(one, texts[one.pk]) for one in asked]


def questions_of(account_id: UUID, subjects: Collection[UUID]) -> list[LookQuestion]:
    """What somebody asked about looks at these subjects, newest first."""
    rows = LookQuestion.objects.filter(asker=account_id, subject_id__in=subjects)
    return list(
        rows.select_related("office", "looked_from").order_by("-asked_at", "-id")[:SHOWN_AT_MOST]
    )


def questions_about(account_id: UUID, entries: Collection[int]) -> dict[int, list[LookQuestion]]:
    """By entry, what somebody asked about it, first of one office and then of those above."""
    asked = LookQuestion.objects.filter(asker=account_id, entry_id__in=entries)
    by_entry: dict[int, list[LookQuestion]] = {}
    for one in asked.order_by("id") if entries else ():
        by_entry.setdefault(one.entry_id, []).append(one)
    return by_entry


def answers_about(actor: Actor, looks: Mapping[int, Collection[UUID]]) -> QuerySet[LookQuestion]:
    """What was answered to whoever asked about these looks, numbers with whom each was about, as
    far as it concerns neither who reads nor who is close: index rows without words."""
    subjects = {one for people in looks.values() for one in people}
    answered = _open_to(actor).filter(subject_id__in=subjects, entry_id__in=looks)
    return answered.exclude(answered_at=None).select_related("office")


def get_own_question(account_id: UUID, subjects: Collection[UUID], reference: str) -> LookQuestion:
    """One's own question with the way it went; others' and unknown ones get the same answer."""
    rows = LookQuestion.objects.filter(asker=account_id, subject_id__in=subjects)
    ways = rows.select_related("office", "looked_from").prefetch_related(
        Prefetch("steps", QuestionStep.objects.select_related("office").order_by("level"))
    )
    found = ways.filter(reference=reference).first()
    if found is None:
        raise Refused(
            code="question.not_yours",
            message=_("We found no question with this number among yours."),
            next_step=_("Go back to who looked at your data."),
            status=404,
        )
    return found


def _open_to(actor: Actor) -> QuerySet[LookQuestion]:
    """Without what concerns the officer: own looks, own questions, own affairs."""
    own = accounts_of_the_same(actor)
    return LookQuestion.objects.exclude(Q(officer__in=own) | Q(asker__in=own) | own_affairs(actor))


def _found(question: LookQuestion | None) -> LookQuestion:
    if question is None:
        raise Refused(
            code="question.not_at_your_desk",
            message=_("No such question waits for you."),
            next_step=_("Go back to the list: a colleague may have answered it already."),
            status=404,
        )
    return question
