"""Keeping by which answers people are known, for whoever follows a leak of what a case holds."""

from collections.abc import Iterator
from typing import Any

from applications.selectors.sheet import Sheet
from audit.leaks.values import Value, ValueKind
from catalog.schema.definition import Question
from identity.actions.mark_values import mark_values

KINDS = {
    "text": ValueKind.WORDS,
    "address": ValueKind.ADDRESS,
    "date": ValueKind.DAY,
    "phone": ValueKind.FIGURES,
    "bank_account": ValueKind.FIGURES,
    "citizen_number": ValueKind.FIGURES,
}
"""Answers of these kinds of fields; a choice or an amount tells nobody from others."""

PUBLIC = "public"


def mark_answers(sheet: Sheet) -> None:
    """Keep the digests of what is handed in and not public. The entry of the act comes first."""
    mark_values(sheet.application.subject_id, _values_of(sheet))


def _values_of(sheet: Sheet) -> Iterator[Value]:
    """Where a question does not apply its fact is no text: nothing is kept of what was hidden."""
    for question in sheet.definition.questions():
        if question.sensitivity != PUBLIC:
            yield from _values_in(question, sheet.facts.get(question.key))


def _values_in(question: Question, answer: Any) -> Iterator[Value]:
    kind = KINDS.get(question.kind)
    if kind is not None and isinstance(answer, str):
        is_code = question.kind == "text" and answer.isascii() and answer.isalnum()
        yield Value(ValueKind.FIGURES if is_code else kind, answer)
