"""What must hold inside a release before it may be published."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from jsonschema import Draft202012Validator

from catalog.conditions import BadCondition, check_condition, fields_of
from catalog.schema.content_schema import CONTENT
from catalog.schema.definition import Definition
from catalog.schema.elements import kinds
from catalog.schema.parts import Limit

ALWAYS_KNOWN = frozenset({"number", "issued_on", "valid_until", "department", "applicant"})
PLACEHOLDER = re.compile(r"{([^{}]*)}")
_validator = Draft202012Validator(CONTENT)


def problems_in(
    content: dict[str, Any], *, elements: Collection[str], departments: Collection[str]
) -> list[str]:
    """Everything wrong with the content, for the person who drafts it; empty when it is whole."""
    shape = [
        f"{'/'.join(str(part) for part in error.absolute_path) or 'content'}: {error.message[:200]}"
        for error in _validator.iter_errors(content)
    ]
    if shape:
        return shape
    definition = Definition.read(content)
    return [
        *_twice(definition),
        *_unknown_names(definition, elements, departments),
        *_conditions(definition),
        *_facts(definition, elements),
        *_promises(definition),
        *_placeholders(definition),
    ]


def _twice(definition: Definition) -> Iterator[str]:
    for what, names in (
        ("question", [question.key for question in definition.questions()]),
        ("page", [page.slug for page in definition.pages]),
        ("material", [material.code for material in definition.materials]),
        ("step", [step.code for step in definition.steps]),
    ):
        yield from (f"{what} {name!r} is there twice" for name in sorted(_repeated(names)))


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _unknown_names(
    definition: Definition, elements: Collection[str], departments: Collection[str]
) -> Iterator[str]:
    for question in definition.questions():
        if question.element not in elements:
            yield f"question {question.key!r}: no data element {question.element!r}"
        if question.kind not in kinds:
            yield f"question {question.key!r}: no kind of field {question.kind!r}"
    for step in definition.steps:
        if step.department not in departments:
            yield f"step {step.code!r}: no department {step.department!r}"


def _conditions(definition: Definition) -> Iterator[str]:
    """Visibility may only depend on questions, so that the browser's server can decide it."""
    keys = {question.key for question in definition.questions()}
    shown = [(f"question {one.key!r}", one.show_if) for one in definition.questions()]
    shown += [(f"material {one.code!r}", one.show_if) for one in definition.materials]
    for name, condition in shown:
        try:
            check_condition(condition)
        except BadCondition as problem:
            yield f"{name}: {problem}"
            continue
        for field in sorted(fields_of(condition) - keys):
            yield f"{name}: shown by {field!r}, which is no question"
    for place, row in enumerate(definition.eligibility):
        try:
            check_condition(row.condition)
        except BadCondition as problem:
            yield f"eligibility {place}: {problem}"


def _facts(definition: Definition, elements: Collection[str]) -> Iterator[str]:
    keys = {question.key for question in definition.questions()}
    known: dict[str, Collection[str]] = {"answer": keys, "record": elements}
    for name, source in definition.facts.items():
        if source.origin == "fixed":
            if not _is_json(source.name):
                yield f"fact {name!r}: fixed to something that is no JSON"
            continue
        if source.name not in known.get(source.origin, ()):
            yield f"fact {name!r}: nothing is called {source.origin}:{source.name}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _promises(definition: Definition) -> Iterator[str]:
    statutory, promised = definition.limits.statutory, definition.limits.promised
    if statutory is not None and _longer(promised, statutory):
        yield "the promised limit is longer than the legal one"
    if definition.fee.amount > 0 and definition.fee.basis is None:
        yield "a fee has its legal basis"
    if definition.online and not definition.pages:
        yield "an item handled online has a form"
    if definition.online and definition.outcome is None:
        yield "an item handled online has an outcome"


def _longer(promised: Limit, statutory: Limit) -> bool:
    """Working days run no faster than natural ones, so a longer count is always a longer limit."""
    if promised.in_working_days or not statutory.in_working_days:
        return promised.amount > statutory.amount
    return False


def _placeholders(definition: Definition) -> Iterator[str]:
    if definition.outcome is None:
        return
    known = ALWAYS_KNOWN | {question.key for question in definition.questions()}
    for language in (definition.outcome.body.zh, definition.outcome.body.en):
        for name in PLACEHOLDER.findall(language):
            if name not in known:
                yield f"outcome: nothing is called {{{name}}}"
