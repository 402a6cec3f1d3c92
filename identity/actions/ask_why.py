"""A citizen asks why an officer looked."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.clock import working_days_after
from audit.kernel.errors import Refused
from audit.kernel.ids import random_code
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from catalog.models import Department
from catalog.selectors.calendar import work_calendar
from identity.access import account_at_work
from identity.models import Account, LookQuestion, QuestionStep, QuestionText
from identity.selectors.look_questions import KIND, may_ask_again, next_to_answer
from identity.selectors.looks import Reader, get_look, reader_of

ASKED = "question.asked"
WORKING_DAYS = 5
MOST_OPEN = 20
NUMBER_LENGTH = 10


@transaction.atomic
def ask_why(*, actor: Actor, entry_id: int, words: str) -> LookQuestion:
    """Put it to the superiors of the officer's office; they have five working days.

    Only about a look the asker can see. While one is open, asking again gives that one and writes
    nothing; after an answer, a new one goes to the next office up, and at its end it is refused
    (`question.answered_by_all`). A question without words is refused (`question.needs_words`).
    """
    if not words.strip():
        raise Refused(
            code="question.needs_words",
            message=_("Your question has no words yet."),
            next_step=_("Write one sentence: what would you like to know?"),
            status=422,
        )
    reader = reader_of(actor)
    look = get_look(reader, entry_id)
    account = Account.objects.select_for_update().get(pk=account_at_work(actor))
    earlier = LookQuestion.objects.filter(entry_id=look.pk, asker=account).order_by("-id").first()
    if earlier is not None and earlier.answered_at is None:
        return earlier
    _refuse_too_many(account)
    question = _question(reader, look, account, earlier)
    record(
        actor=actor,
        verb=ASKED,
        on=ObjectRef(KIND, question.reference),
        subjects=[question.subject_id],
        purpose=Purpose.own(),
    )
    question.save(force_insert=True)
    QuestionText.objects.create(
        question=question, subject_id=question.subject_id, words=words.strip()
    )
    note_step(question)
    return question


def answer_due(today: date) -> date:
    """The last day for an answer asked for today: five working days, the day itself not counted."""
    return working_days_after(today, WORKING_DAYS, work_calendar())


def note_step(question: LookQuestion) -> None:
    """Write down with whom the question lies from now on."""
    QuestionStep.objects.create(
        question=question, level=question.level, office=question.office, due_on=question.due_on
    )


def _question(
    reader: Reader, look: AuditEntry, account: Account, earlier: LookQuestion | None
) -> LookQuestion:
    if look.actor is None:
        raise LookupError("a look of nobody")
    if not may_ask_again(earlier):
        raise Refused(
            code="question.answered_by_all",
            message=_("The supervisors have answered this already; nobody above them can."),
            next_step=_("If you disagree, the telephone line helps you to lodge a complaint."),
        )
    return LookQuestion(
        reference=random_code(NUMBER_LENGTH),
        entry_id=look.pk,
        entry_at=look.at,
        subject_id=_subject(reader, look),
        asker=account,
        officer=look.actor,
        looked_from=Department.objects.filter(code=look.department).first(),
        office=next_to_answer(look, account, earlier),
        due_on=answer_due(timezone.localdate()),
    )


def _subject(reader: Reader, look: AuditEntry) -> UUID:
    """Of the reader's subjects the one the look was at, the person first."""
    rows = AuditSubject.objects.filter(
        entry_id=look.pk, at=look.at, subject__in=reader.subjects
    ).values_list("subject", flat=True)
    return min(rows, key=reader.subjects.index)


def _refuse_too_many(account: Account) -> None:
    if LookQuestion.objects.filter(asker=account, answered_at=None).count() >= MOST_OPEN:
        raise Refused(
            code="question.too_many_open",
            message=_("You have many questions open already."),
            next_step=_("Wait for an answer to one of them, or call us."),
        )
