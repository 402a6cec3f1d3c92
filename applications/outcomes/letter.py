"""The words of an outcome, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import Application
from catalog.schema.definition import Definition, Question
from catalog.schema.elements.registry import kinds
from catalog.schema.units import in_unit

LANGUAGES = {"zh": "zh-hans", "en": "en"}
Both = dict[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    title: Both
    paragraphs: list[Both]


def granted_letter(
    definition: Definition,
    values: Mapping[str, Mapping[str, Any]],
    marks: Mapping[str, str | date | None],
) -> Letter:
    """The document the release plans, its places filled from the answers and from `marks`.

    `marks` are what only the issuing knows: number, reference, issued_on, valid_until (None: for
    ever). Days are written as each language writes them.
    """
    plan = definition.outcome
    if plan is None:
        raise LookupError("this release plans no outcome")
    title, body = {}, {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            known = {name: _mark(value) for name, value in marks.items()}
            filled = _Blank({**_answers(definition, values), **known})
            title[key] = str(plan.title).format_map(filled)
            body[key] = str(plan.body).format_map(filled)
    return Letter(title, [body])


def refused_letter(
    definition: Definition, grounds: Sequence[str], application: Application
) -> Letter:
    """Not granted: the grounds, and where to turn (Administrative Licensing Law, article 38)."""
    title, opening, remedies = {}, {}, {}
    for key, language in LANGUAGES.items():
        with translation.override(language):
            name = definition.name.zh if key == "zh" else definition.name.en or definition.name.zh
            title[key] = _("Not granted: %(item)s") % {"item": name}
            opening[key] = _(
                "Your request %(reference)s could not be granted, for the following reasons:"
            ) % {"reference": application.reference}
            remedies[key] = _(
                "You can put right what is missing and apply again at any time."
                " If you disagree, you can ask the government of the district to review this"
                " decision within 60 days, or go to the people's court within six months."
            )
    stated = [{"zh": ground, "en": ground} for ground in grounds]
    return Letter(title, [opening, *stated, remedies])


def _mark(value: str | date | None) -> str:
    if isinstance(value, date):
        return date_format(value)
    return value or "—"


def _answers(definition: Definition, values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The given answers as a letter may show them: in words, sealed ones by their mask."""
    return {
        question.key: shown(question, values[question.key]["value"])
        for question in definition.questions()
        if "value" in values.get(question.key, {})
    }


def shown(question: Question, value: Any) -> str:
    """One value in the reader's language."""
    if isinstance(value, Mapping):
        return str(value.get("mask", ""))
    for option in question.options:
        if option.value == value:
            return str(option.label)
    return "" if value is None else kinds.get(question.kind)().show(value)


def in_words(question: Question, value: Any) -> str:
    """One value as a page shows it: a figure with its unit. A letter writes the unit itself."""
    return in_unit(shown(question, value), value, question.schema.get("x-unit"))


class _Blank(dict[str, str]):
    """Places nothing is known for become a dash instead of breaking the letter."""

    def __missing__(self, key: str) -> str:
        return "—"
