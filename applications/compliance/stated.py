"""Facts an officer states: of which kind each is, what fits it, and how it reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from applications.compliance.facts import words_for
from applications.models import Rule
from catalog.conditions import Condition
from catalog.schema.definition import Definition
from catalog.schema.elements import Unreadable, kinds
from catalog.schema.units import in_unit
from catalog.selectors.elements import elements
from catalog.text import local

FACT = "fact:"
YES_NO, CHOICE = "yes_no", "choice"
NUMBERS = frozenset({"number", "whole_number", "area", "money"})
OTHER = "other"
SIZES = frozenset({"<", "<=", ">", ">="})

Stated = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class FactKind:
    """What a value of this fact looks like. `options`: the values of a list with their words."""

    field: str
    words: str
    kind: str
    schema: Mapping[str, Any]
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_number(self) -> bool:
        return self.kind in NUMBERS

    def parse(self, raw: str) -> Stated:
        """The value from what was typed or picked; Unreadable with a sentence."""
        value: Stated = kinds.get(self.kind)().parse(raw.strip(), self.schema)
        return value

    def fits(self, value: Stated) -> bool:
        """Whether rules can compare this value; None says that there is nothing of the kind."""
        if value is None:
            return True
        if self.kind == YES_NO or isinstance(value, bool):
            return self.kind == YES_NO and isinstance(value, bool)
        if self.is_number:
            return isinstance(value, int | float) and isfinite(value) and self._reads(value)
        return isinstance(value, str) and self._reads(value)

    def show(self, value: Stated) -> str:
        """The value in words."""
        if value is None:
            return _("There is nothing of the kind")
        words = dict(self.options).get(str(value)) or kinds.get(self.kind)().show(value)
        return in_unit(words, value, self.schema.get("x-unit")) if self.is_number else words

    def _reads(self, value: str | int | float) -> bool:
        try:
            self.parse(str(value))
        except Unreadable:
            return False
        return True


def kind_of_fact(field: str, definition: Definition, rules: Iterable[Rule]) -> FactKind:
    """From the form's question, else from the register's data element, else from the rules."""
    words = words_for(field, definition)
    source = definition.facts.get(field)
    if source is not None and source.equals is not None:
        return FactKind(field, words, YES_NO, {})
    if source is not None and source.origin == "answer":
        question = definition.question(source.name)
        options = tuple((one.value, str(one.label)) for one in question.options)
        return FactKind(field, words, question.kind, question.schema, options)
    element = elements().get(source.name if source else field)
    if element is None:
        return _as_compared(field, words, [rule.condition for rule in rules])
    options = tuple(
        (one["value"], local(one["label"])) for one in element.constraints.get("options", ())
    )
    schema = kinds.get(element.kind)().schema(element.constraints)
    return FactKind(field, words, element.kind, schema, options)


def _as_compared(field: str, words: str, conditions: Iterable[Condition]) -> FactKind:
    """Nobody describes this fact, so what the rules compare it with says what it is."""
    found = [pair for one in conditions for pair in _comparisons(one, field)]
    values = [value for _op, value in found]
    if any(op in SIZES for op, _value in found) or all(_is_figure(one) for one in values):
        return FactKind(field, words, "number", {})
    if any(isinstance(value, bool) for value in values):
        return FactKind(field, words, YES_NO, {})
    listed = [one for value in values for one in (value if isinstance(value, list) else [value])]
    options = {str(one): str(one) for one in listed} | {OTHER: _("None of these")}
    return FactKind(field, words, CHOICE, {"enum": list(options)}, tuple(options.items()))


def _comparisons(condition: Condition, field: str) -> Iterator[tuple[str, Any]]:
    for branch in ("all", "any"):
        for part in condition.get(branch, ()):
            yield from _comparisons(part, field)
    if "not" in condition:
        yield from _comparisons(condition["not"], field)
    if condition.get("field") == field:
        yield condition["op"], condition.get("value", True)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
