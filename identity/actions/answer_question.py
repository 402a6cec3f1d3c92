"""A superior answers why an officer looked."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import ObjectRef, record
from identity.actions.open_question import QUESTIONS
from identity.models import LookQuestion, QuestionText
from identity.selectors.look_questions import KIND, get_question_at

ANSWERED = "question.answered"


@transaction.atomic
def answer_question(
    *, actor: Actor, reference: str, verdict: LookQuestion.Verdict, answer: str
) -> LookQuestion:
    """In words and with a verdict, once, with a fresh code: the officer who looked works in the
    same office. Looks that were not in order are shown to supervisors."""
    if not answer.strip():
        raise Refused(
            code="question.needs_an_answer",
            message=_("An answer says why the officer looked."),
            next_step=_("Write two or three sentences to the person."),
            status=422,
        )
    question = get_question_at(actor, reference, lock=True)
    refuse_stale(actor)
    record(
        actor=actor,
        verb=ANSWERED,
        on=ObjectRef(KIND, question.reference),
        subjects=[question.subject_id],
        purpose=QUESTIONS,
        detail={"verdict": verdict.value},
    )
    text = QuestionText.objects.select_for_update().get(pk=question.pk)
    text.answer = answer.strip()
    text.save(update_fields=["answer"])
    question.verdict, question.answered_by = verdict, actor.label
    question.answered_at = timezone.now()
    question.save(update_fields=["verdict", "answered_by", "answered_at"])
    return question
