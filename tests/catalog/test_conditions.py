"""The condition language: three values, references, and the national rules' own cases."""

import json
from pathlib import Path

import pytest

from catalog.conditions import (
    KNOWN_NONE,
    BadCondition,
    check_condition,
    evaluate,
    fields_of,
    missing,
)

RULES = Path(__file__).parents[2] / "applications/compliance/data/compliance_rules.json"
CASES = [
    (rule["id"], rule["condition"], case["facts"], case["fires"])
    for rule in json.loads(RULES.read_text(encoding="utf-8"))
    for case in rule["cases"]
]
ADULT = {"field": "age", "op": ">=", "value": 18}
LOCAL = {"field": "region", "op": "==", "value": "广安"}


def test_the_rules_come_with_sixty_five_cases():
    assert len(CASES) == 65


@pytest.mark.parametrize(("rule", "condition", "facts", "fires"), CASES)
def test_every_case_of_the_national_rules_gets_its_answer(rule, condition, facts, fires):
    assert (evaluate(condition, facts) is True) is fires


@pytest.mark.parametrize(
    ("op", "fact", "value", "answer"),
    [
        ("==", "a", "a", True),
        ("==", "a", "b", False),
        ("!=", "a", "b", True),
        ("!=", "a", "a", False),
        ("<", 1, 2, True),
        ("<", 2, 2, False),
        ("<=", 2, 2, True),
        ("<=", 3, 2, False),
        (">", 3, 2.5, True),
        (">", 2, 2, False),
        (">=", 2, 2, True),
        (">=", 1, 2, False),
        ("in", "a", ["a", "b"], True),
        ("in", "c", ["a", "b"], False),
        ("not_in", "c", ["a", "b"], True),
        ("not_in", "a", ["a", "b"], False),
        ("<", "2026-01-01", "2026-02-01", True),
        ("contains", "广安市广安区", "广安区", True),
        ("contains", "重庆市江北区", "广安区", False),
        ("contains", 7, "广安区", None),
        ("exists", "a", True, True),
        ("exists", "a", False, False),
    ],
)
def test_operators_compare_what_is_known(op, fact, value, answer):
    assert evaluate({"field": "it", "op": op, "value": value}, {"it": fact}) is answer


def test_truth_is_not_the_number_one():
    assert evaluate({"field": "it", "op": "==", "value": True}, {"it": 1}) is False
    assert evaluate({"field": "it", "op": "==", "value": 0}, {"it": False}) is False
    assert evaluate({"field": "it", "op": "in", "value": [1]}, {"it": True}) is False


def test_what_cannot_be_compared_stays_unknown():
    assert evaluate({"field": "it", "op": "<", "value": 5}, {"it": "five"}) is None
    assert evaluate({"field": "it", "op": "<", "value": 5}, {"it": True}) is None


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_nothing_compares_with_known_none(op):
    assert evaluate({"field": "it", "op": op, "value": 5}, {"it": KNOWN_NONE}) is False


def test_known_none_is_in_no_list_and_does_not_exist():
    facts = {"it": KNOWN_NONE}
    assert evaluate({"field": "it", "op": "in", "value": ["a"]}, facts) is False
    assert evaluate({"field": "it", "op": "not_in", "value": ["a"]}, facts) is False
    assert evaluate({"field": "it", "op": "exists"}, facts) is False
    assert evaluate({"field": "it", "op": "exists", "value": False}, facts) is True


def test_a_missing_fact_is_neither_yes_nor_no():
    assert evaluate(ADULT, {}) is None
    assert evaluate({"not": ADULT}, {}) is None
    assert evaluate({"field": "age", "op": "exists"}, {}) is None


def test_all_needs_every_part_and_one_no_decides_it():
    both = {"all": [ADULT, LOCAL]}
    assert evaluate(both, {"age": 20, "region": "广安"}) is True
    assert evaluate(both, {"age": 10}) is False
    assert evaluate(both, {"age": 20}) is None


def test_any_needs_one_part_and_one_yes_decides_it():
    either = {"any": [ADULT, LOCAL]}
    assert evaluate(either, {"region": "广安"}) is True
    assert evaluate(either, {"age": 10, "region": "成都"}) is False
    assert evaluate(either, {"age": 10}) is None


def test_not_turns_the_answer_round():
    assert evaluate({"not": ADULT}, {"age": 10}) is True
    assert evaluate({"not": ADULT}, {"age": 20}) is False


def test_no_condition_always_holds():
    assert evaluate(None, {}) is True
    assert missing(None, {}) == []


def test_a_regional_figure_and_a_figure_of_the_item_are_looked_up():
    near = {"field": "distance", "op": "<=", "value": "param:school_distance"}
    assert evaluate(near, {"distance": 40, "param:school_distance": 50}) is True
    assert evaluate(near, {"distance": 40}) is None
    late = {"field": "elapsed", "op": ">", "value": "item.statutory_limit"}
    assert evaluate(late, {"elapsed": 22, "item.statutory_limit": 20}) is True
    assert evaluate(late, {"elapsed": 22, "item.statutory_limit": KNOWN_NONE}) is False
    assert missing(late, {"elapsed": 22}) == ["item.statutory_limit"]


def test_missing_names_only_what_could_still_decide():
    tree = {"any": [{"all": [ADULT, LOCAL]}, {"field": "exempt", "op": "==", "value": True}]}
    assert missing(tree, {"age": 10}) == ["exempt"]
    assert missing(tree, {"age": 20}) == ["region", "exempt"]
    assert missing(tree, {"exempt": True}) == []


def test_fields_are_collected_from_every_branch():
    assert fields_of({"all": [ADULT, {"not": {"any": [LOCAL]}}]}) == {"age", "region"}


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"all": []},
        {"any": "x"},
        {"all": [{"field": "a", "op": "~", "value": 1}]},
        {"field": "", "op": "==", "value": 1},
        {"field": "a", "op": "=="},
        {"field": "a", "op": "in", "value": "abc"},
        {"not": {"nothing": 1}},
        "age > 5",
    ],
)
def test_what_is_no_condition_is_refused_before_publication(broken):
    with pytest.raises(BadCondition):
        check_condition(broken)


def test_a_tree_without_end_is_refused():
    tree = ADULT
    for _ in range(20):
        tree = {"not": tree}
    with pytest.raises(BadCondition, match="too deeply"):
        check_condition(tree)
