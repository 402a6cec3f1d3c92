"""The six written releases: both languages, few questions, every fact the rules ask for."""

import json
from pathlib import Path

import pytest

from catalog.conditions import evaluate, fields_of
from catalog.loading.names import DATA
from catalog.schema.parts import FactSource

ROOT = Path(__file__).parents[2]
RULES = json.loads(
    (ROOT / "applications/compliance/data/compliance_rules.json").read_text(encoding="utf-8")
)
FILES = sorted((DATA / "releases").glob("*.json"))
ELEMENTS = {
    row["code"]: row
    for row in json.loads((DATA / "elements.json").read_text(encoding="utf-8"))["elements"]
}
REGISTERS = {
    *("household", "residence", "property", "business"),
    *("insurance", "marriage", "licences"),
}
OFFICE_WORDS = ("受理", "办结", "补正", "其他材料", "等材料", "有误", "非法", "感谢您的理解")

pytestmark = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def content_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["content"]


def texts_in(part):
    if isinstance(part, dict):
        if "zh" in part:
            yield part
        else:
            for value in part.values():
                yield from texts_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts_in(value)


def questions_in(content):
    return [question for page in content["pages"] for question in page["questions"]]


def test_every_text_is_there_in_both_languages(path):
    texts = list(texts_in(content_of(path)))
    assert len(texts) > 60
    assert [one for one in texts if not one["zh"] or not one["en"]] == []


def test_no_office_words_reach_the_reader(path):
    found = [
        (word, one["zh"])
        for one in texts_in(content_of(path))
        for word in OFFICE_WORDS
        if word in one["zh"]
    ]
    assert found == []


def test_a_page_asks_at_most_four_things_no_register_knows(path):
    for page in content_of(path)["pages"]:
        asked = [
            question["key"]
            for question in page["questions"]
            if ELEMENTS[question["element"]]["reuse"] != "register" and not question["show_if"]
        ]
        assert len(asked) <= 4, page["slug"]


def test_registers_are_those_that_are_connected(path):
    content = content_of(path)
    named = {material["proven_by"] for material in content["materials"]} - {None}
    named |= {ELEMENTS[one["element"]]["record_type"] for one in questions_in(content)} - {None}
    assert named <= REGISTERS


def test_every_fact_a_national_rule_asks_for_is_supplied(path):
    content = content_of(path)
    needed = {
        field
        for rule in RULES
        if path.stem in {item["id"] for item in rule["items"]}
        for field in fields_of(rule["condition"])
    }
    assert needed - set(content["facts"]) == set()


def test_the_story_of_the_two_paper_mills(path):
    """A small paper mill meets R14; one within policy meets R33 and goes to a superior."""
    sources = {name: FactSource.read(one) for name, one in content_of(path)["facts"].items()}
    small = {"industry": "造纸", "project_kind": "新建", "below_minimum_scale": True}
    rules = {rule["id"]: rule["condition"] for rule in RULES}

    def fires(rule, answers):
        facts = {
            name: source.of(answers[source.name])
            for name, source in sources.items()
            if source.name in answers
        }
        return evaluate(rules[rule], facts) is True

    asked_here = path.stem == "CN191"
    assert fires("R14", small) is asked_here
    assert fires("R33", small) is False
    assert fires("R14", {**small, "below_minimum_scale": False}) is False
    assert fires("R33", {**small, "below_minimum_scale": False}) is asked_here
