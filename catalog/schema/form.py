"""Forms from data elements: their JSON Schema, and what to say about answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker

from catalog.conditions import KNOWN_NONE
from catalog.schema.cleaning import clean
from catalog.schema.definition import Definition, Page, Question
from catalog.schema.elements import Unreadable, kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_formats = FormatChecker(["date"])


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that cannot stay as it is, and the sentence to show beside it."""

    key: str
    page: str
    message: str


@dataclass(slots=True)
class Reading:
    """One page as it was typed: the values that can be kept, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def form_schema(definition: Definition) -> dict[str, Any]:
    """The whole form. What is only asked under a condition is allowed and not required."""
    return _schema(definition.questions(), str(definition.name))


def page_schema(page: Page) -> dict[str, Any]:
    """One page of the form."""
    return _schema(page.questions, str(page.title))


def _schema(questions: Iterable[Question], title: str) -> dict[str, Any]:
    asked = list(questions)
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": {
            question.key: {"title": str(question.title), **question.schema} for question in asked
        },
        "required": [one.key for one in asked if one.required and one.show_if is None],
        "additionalProperties": False,
    }


def read_page(page: Page, typed: Mapping[str, str], earlier: Mapping[str, Any]) -> Reading:
    """Read what was typed on one page. Questions that do not apply are left alone."""
    reading = Reading()
    facts: dict[str, Any] = dict(earlier)
    for question in page.questions:
        if not question.applies(facts):
            facts[question.key] = KNOWN_NONE
            continue
        try:
            value = read_answer(question, typed.get(question.key, ""))
        except Unreadable as unreadable:
            reading.problems[question.key] = str(unreadable.message)
            facts.pop(question.key, None)
            continue
        reading.values[question.key] = value
        facts[question.key] = KNOWN_NONE if value is None else value
    return reading


def read_answer(question: Question, raw: str) -> Any:
    """The value to keep, None for what may be left out, Unreadable with a sentence otherwise."""
    kind = kinds.get(question.kind)()
    text = clean(raw, lines=kind.control == "textarea")
    if text:
        return kind.parse(text, question.schema)
    if question.required:
        raise Unreadable(unanswered(question))
    return None


def unanswered(question: Question) -> str | Promise:
    """What to say when a needed answer is missing."""
    words = {"question": str(question.title)}
    if kinds.get(question.kind).control == "radio":
        return _("Please choose an answer: %(question)s") % words
    return _("Please fill this in: %(question)s") % words


def asked(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[Page, Question]]:
    """The questions that apply to these answers, in their order."""
    facts: dict[str, Any] = {}
    applying: list[tuple[Page, Question]] = []
    for page in definition.pages:
        for question in page.questions:
            if not question.applies(facts):
                facts[question.key] = KNOWN_NONE
                continue
            applying.append((page, question))
            value = answers.get(question.key)
            if value is not None:
                facts[question.key] = value
    return applying


def problems_with(definition: Definition, answers: Mapping[str, Any]) -> list[Problem]:
    """What stands in the way of handing in these answers; empty when nothing does.

    Every answer is held against the JSON Schema of its question, whoever supplied it: a person,
    a register or a program.
    """
    found: list[Problem] = []
    for page, question in asked(definition, answers):
        value = answers.get(question.key)
        if value is None:
            if question.required:
                found.append(Problem(question.key, page.slug, str(unanswered(question))))
        elif not fits(question, value):
            found.append(Problem(question.key, page.slug, _sentence(question, value)))
    return found


def fits(question: Question, value: Any) -> bool:
    """Whether a value satisfies the JSON Schema of its question."""
    return bool(
        Draft202012Validator(dict(question.schema), format_checker=_formats).is_valid(value)
    )


def _sentence(question: Question, value: Any) -> str:
    """The sentence its kind of field would say; a plain one if it would say nothing."""
    try:
        kinds.get(question.kind)().parse(clean(str(value)), question.schema)
    except Unreadable as unreadable:
        return str(unreadable.message)
    return _("Please answer this again: %(question)s") % {"question": str(question.title)}
