"""An officer looks at a covered value in full."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.access import get_readable
from applications.answer_values import plain
from applications.definitions import definition_for
from applications.models import Answers, Application
from applications.selectors.others import everybody_in
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.trail import record
from catalog.schema.definition import Question
from identity.sealed.text import is_sealed_text
from identity.selectors.numbered import digests_in, people_behind

REVEALED = "value.revealed"

REASONS: dict[str, Promise] = {
    "compare": _("To compare it with a document"),
    "register": _("To ask a register by hand"),
    "contact": _("To reach the applicant"),
    "pay_out": _("To prepare a payment"),
}


REASONS_FOR_OTHERS: dict[str, Promise] = {
    **REASONS,
    "pay_out": _("For a step of the case that concerns its applicant alone"),
}
"""The same, to whoever is only named in the case: that a payment is made would say how it goes
on."""


@dataclass(frozen=True, slots=True)
class Revealed:
    question: Question
    value: str


def question_to_reveal(*, actor: Actor, reference: str, key: str) -> Question:
    """What the form asked where the covered value stands; nothing of the value is read."""
    return _asked(get_readable(actor, reference), key)


@transaction.atomic
def reveal_answer(*, actor: Actor, reference: str, key: str, reason: str) -> Revealed:
    """One sensitive answer in full, after an entry that names the answer and the reason. Whose
    identity number stood in it is named by one of their own: the first opens who that is."""
    application = get_readable(actor, reference)
    question = _asked(application, key)
    if reason not in REASONS:
        raise _nothing_covered()
    record(
        actor=actor,
        verb=REVEALED,
        on=application,
        subjects=everybody_in(application),
        purpose=Purpose.case(reference),
        detail={"answer": key, "reason": reason},
    )
    answers = Answers.objects.get(application=application)
    entry = answers.values.get(key, {})
    if not is_sealed_text(entry.get("value")):
        raise _nothing_covered()
    value = str(plain(entry["value"], application.pk, key))
    _tell_whose_number(actor, application, value, reason)
    return Revealed(question, value)


def _asked(application: Application, key: str) -> Question:
    question = next((q for q in definition_for(application).questions() if q.key == key), None)
    if question is None:
        raise _nothing_covered()
    return question


def _tell_whose_number(actor: Actor, application: Application, value: str, reason: str) -> None:
    """Whoever the case is about reads which answer it was; others, of whom the case is no matter,
    read no more of it than that their number was shown, and for which reason of the list."""
    shown = people_behind(digests_in([value])).values()
    others = [person for person in shown if person != application.subject_id]
    if others:
        record(
            actor=actor,
            verb=Verb.NUMBER_REVEALED,
            on=application,
            subjects=others,
            purpose=Purpose.case(application.reference),
            detail={"reason": reason},
        )


def _nothing_covered() -> Refused:
    return Refused(
        code="application.nothing_covered",
        message=_("There is no covered value here."),
        next_step=_("Reload the case and choose the value again."),
        status=404,
    )
