"""A superior opens what a citizen asks about a look."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.selectors.look_questions import (
    KIND,
    QuestionFile,
    get_question_readable,
    question_file,
)
from identity.selectors.looks import subjects_for_answer

QUESTIONS = Purpose.duty("question")


@transaction.atomic
def open_question(*, actor: Actor, reference: str) -> QuestionFile:
    """Read it, recorded; the person who asked sees that it is being read. The entry names the
    person's firms too: looks at them are read beside it."""
    question = get_question_readable(actor, reference)
    record(
        actor=actor,
        verb="question.viewed",
        on=ObjectRef(KIND, question.reference),
        subjects=subjects_for_answer(question),
        purpose=QUESTIONS,
    )
    return question_file(question)
