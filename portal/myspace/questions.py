"""One's own questions about looks: where each is, until when, and how it came out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.answer_values import language_of
from catalog.models import Department
from identity.models import LookQuestion, QuestionText
from identity.selectors.look_questions import WRONG, get_own_question, questions_of
from identity.selectors.looks import Reader

VERDICT_MARKS = {
    LookQuestion.Verdict.FOR_WORK: ("ok", "check"),
    LookQuestion.Verdict.MISTAKE: ("wait", "warn"),
    LookQuestion.Verdict.NOT_ALLOWED: ("stop", "warn"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one line. `tag_kind` and `tag_mark`: see `components/tag.html`."""

    question: LookQuestion
    office: str
    office_lang: str
    state: str
    tag_kind: str
    tag_mark: str


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question on a page of its own: words, way and answer."""

    asked: Asked
    text: QuestionText
    way: list[dict[str, Any]]

    @property
    def is_wrong(self) -> bool:
        """Whether the answer found that the look was not in order."""
        return self.asked.question.verdict in WRONG


def asked_by(reader: Reader) -> list[Asked]:
    """What the reader asked, newest first. Index rows only."""
    return [_asked(one) for one in questions_of(reader.account_id, reader.subjects)]


def own_question(reader: Reader, reference: str) -> OwnQuestion:
    """One of them with its words. Gated: record first."""
    question = get_own_question(reader.account_id, reader.subjects, reference)
    text = QuestionText.objects.get(pk=question.pk)
    return OwnQuestion(_asked(question), text, _way(question, text))


def who_has_it(office: Department | None) -> str:
    """Superiors of an office, or the supervisors."""
    if office is None:
        return _("the supervisors")
    return _("the superiors at %(office)s") % {"office": office.display_name}


def _asked(question: LookQuestion) -> Asked:
    office = question.looked_from.display_name if question.looked_from else _("An office")
    state, kind, mark = _state(question)
    return Asked(question, office, language_of(office), state, kind, mark)


def _state(question: LookQuestion) -> tuple[str, str, str]:
    """In words, and the kind and mark of its tag."""
    if question.answered_at is not None:
        kind, mark = VERDICT_MARKS[LookQuestion.Verdict(question.verdict)]
        return question.get_verdict_display(), kind, mark
    late = question.due_on < timezone.localdate()
    words = _("Late; now with %(who)s") if late else _("Now with %(who)s, until %(day)s")
    values = {"who": who_has_it(question.office), "day": _day(question.due_on)}
    return words % values, "wait" if late else "info", "clock"


def _way(question: LookQuestion, text: QuestionText) -> list[dict[str, Any]]:
    """The knots of `components/thread.html`: asked, with whom and until when, answered."""
    knots: list[dict[str, Any]] = [{"title": _("You asked"), "at": question.asked_at}]
    steps = list(question.steps.all())
    for step in steps:
        is_now = step is steps[-1] and question.answered_at is None
        knots.append(_step(who_has_it(step.office), step.since, step.due_on, is_now=is_now))
    if question.answered_at is not None:
        knots.append(
            {
                "title": _("Answered: %(result)s") % {"result": question.get_verdict_display()},
                "at": question.answered_at,
                "who": who_has_it(question.office),
            }
        )
    return knots


def _step(who: str, since: datetime, due_on: date, *, is_now: bool) -> dict[str, Any]:
    title = _("Now with %(who)s") if is_now else _("Was with %(who)s")
    return {
        "title": title % {"who": who},
        "kind": "now" if is_now else "",
        "at": since,
        "note": _("Answer due by %(day)s") % {"day": _day(due_on)},
    }


def _day(day: date) -> str:
    return date_format(day, _("D j M Y"))
