"""The one condition language: who may ask, which questions show, which rules stop an approval.

A condition is a small tree: `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or a comparison
`{"field": name, "op": operator, "value": value}`. A value written `param:NAME` (a regional
figure) or `item.NAME` (a figure of the item) is looked up among the facts.

The logic has three values. A fact is a value, `KNOWN_NONE` (its source answered: nothing there, so
no comparison with it holds) or absent (nobody asked yet: unknown, which is neither yes nor no).
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final

Condition = Mapping[str, Any]
MAX_DEPTH = 12


class _KnownNone(Enum):
    KNOWN_NONE = "known none"

    def __bool__(self) -> bool:
        return False


KNOWN_NONE: Final = _KnownNone.KNOWN_NONE
Facts = Mapping[str, Any]
_ABSENT: Final = object()


class BadCondition(ValueError):  # noqa: N818 - says what is wrong with the tree
    """The tree is not a condition. Found at publication, so people never meet it."""


def evaluate(condition: Condition | None, facts: Facts) -> bool | None:
    """True, False, or None when a missing fact could still decide it. No condition always holds."""
    if condition is None:
        return True
    branch = _branch(condition)
    if branch == "all":
        return _all(evaluate(part, facts) for part in condition["all"])
    if branch == "any":
        return _negate(_all(_negate(evaluate(part, facts)) for part in condition["any"]))
    if branch == "not":
        return _negate(evaluate(condition["not"], facts))
    return _compare(condition, facts)


def missing(condition: Condition | None, facts: Facts) -> list[str]:
    """The facts to ask for before the condition can be decided; empty once it is decided."""
    if condition is None or evaluate(condition, facts) is not None:
        return []
    branch = _branch(condition)
    if branch == "comparison":
        names = [condition["field"]]
        if _is_reference(condition.get("value")):
            names.append(condition["value"])
        return [name for name in names if name not in facts] or [condition["field"]]
    parts = [condition["not"]] if branch == "not" else condition[branch]
    return list(dict.fromkeys(name for part in parts for name in missing(part, facts)))


def fields_of(condition: Condition | None) -> set[str]:
    """Every fact the condition speaks of."""
    if condition is None:
        return set()
    branch = _branch(condition)
    if branch == "comparison":
        return {condition["field"]}
    parts = [condition["not"]] if branch == "not" else condition[branch]
    return set().union(*(fields_of(part) for part in parts))


def check_condition(condition: Condition | None, depth: int = 0) -> None:
    """Raise BadCondition unless this is a whole, finite tree of known operators."""
    if condition is None:
        return
    if depth > MAX_DEPTH:
        raise BadCondition("the condition is nested too deeply")
    if not isinstance(condition, Mapping):
        raise BadCondition("a condition is an object")
    branch = _branch(condition)
    if branch == "comparison":
        _check_comparison(condition)
        return
    parts = [condition["not"]] if branch == "not" else condition[branch]
    if not isinstance(parts, list) or not parts:
        raise BadCondition(f"{branch!r} needs a list of conditions")
    for part in parts:
        check_condition(part, depth + 1)


def _check_comparison(condition: Condition) -> None:
    if not isinstance(condition["field"], str) or not condition["field"]:
        raise BadCondition("a comparison names the fact it compares")
    operator = condition.get("op")
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise BadCondition(f"unknown operator {operator!r}")
    if "value" not in condition and operator != "exists":
        raise BadCondition(f"{condition['field']!r} is compared with nothing")
    if operator in ("in", "not_in") and not isinstance(condition["value"], list):
        raise BadCondition(f"{operator!r} needs a list")


def _branch(condition: Condition) -> str:
    for name in ("all", "any", "not"):
        if name in condition:
            return name
    if "field" in condition:
        return "comparison"
    raise BadCondition("neither all, any, not nor a comparison")


def _all(answers: Iterable[bool | None]) -> bool | None:
    """False wins, then unknown. Reads every answer, so a broken branch is never overlooked."""
    known = list(answers)
    if False in known:
        return False
    return None if None in known else True


def _negate(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _compare(condition: Condition, facts: Facts) -> bool | None:
    operator = OPERATORS.get(condition.get("op", ""))
    if operator is None:
        raise BadCondition(f"unknown operator {condition.get('op')!r}")
    fact = facts.get(condition["field"], _ABSENT)
    if fact is _ABSENT:
        return None
    if condition["op"] == "exists":
        return (fact is not KNOWN_NONE) is bool(condition.get("value", True))
    if fact is KNOWN_NONE:
        return False
    value = condition["value"]
    if _is_reference(value):
        value = facts.get(value, _ABSENT)
        if value is _ABSENT:
            return None
        if value is KNOWN_NONE:
            return False
    return operator(fact, value)


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("param:", "item."))


def _same(left: object, right: object) -> bool:
    """Equality that keeps true apart from 1 and 0 apart from false."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return left == right


def _order(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    """A comparison of size; things that cannot be compared leave it unknown."""

    def compare(left: object, right: object) -> bool | None:
        comparable = _is_number(left) and _is_number(right)
        if not comparable and not (isinstance(left, str) and isinstance(right, str)):
            return None
        return holds(left, right)

    return compare


def _contains(left: object, right: object) -> bool | None:
    """Whether one text stands in the other; with anything else it stays unknown."""
    return right in left if isinstance(left, str) and isinstance(right, str) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


OPERATORS: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "<": _order(lambda left, right: bool(left < right)),
    "<=": _order(lambda left, right: bool(left <= right)),
    ">": _order(lambda left, right: bool(left > right)),
    ">=": _order(lambda left, right: bool(left >= right)),
    "in": lambda left, right: any(_same(left, one) for one in right),
    "not_in": lambda left, right: not any(_same(left, one) for one in right),
    "contains": _contains,
    "exists": lambda left, right: True,
}
