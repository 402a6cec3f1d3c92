"""Questions nobody answered in time go up to the next office."""

from datetime import date

from django.db import transaction

from audit.kernel.actors import Actor
from audit.trail import ObjectRef, record
from identity.actions.ask_why import answer_due, note_step
from identity.actions.open_question import QUESTIONS
from identity.models import LookQuestion
from identity.selectors.look_questions import KIND, kept_out, next_office

PASSED_ON = "question.passed_on"
PASSING = Actor.system("questions about looks")
AT_ONCE = 200


@transaction.atomic
def pass_questions_on(today: date) -> int:
    """Give what was due before today to the superiors above, or at last to the supervisors.

    What lies with the supervisors stays there, overdue for all to see. How many went up.
    """
    overdue = LookQuestion.objects.filter(
        answered_at=None, office__isnull=False, due_on__lt=today
    ).order_by("due_on", "id")
    late = overdue.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
    questions = list(late.select_related("office", "looked_from", "asker"))
    for question in questions:
        _pass_on(question, today)
    return len(questions)


def _pass_on(question: LookQuestion, today: date) -> None:
    question.office = next_office(
        question.looked_from,
        past=question.office,
        without=kept_out(question.officer, question.asker),
    )
    question.level += 1
    question.due_on = answer_due(today)
    question.save(update_fields=["office", "level", "due_on"])
    note_step(question)
    record(
        actor=PASSING,
        verb=PASSED_ON,
        on=ObjectRef(KIND, question.reference),
        subjects=[question.subject_id],
        purpose=QUESTIONS,
    )
