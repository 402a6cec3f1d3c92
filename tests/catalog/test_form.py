"""Forms from data elements: their JSON Schema, reading a page, checking the whole."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from catalog.schema.definition import Definition
from catalog.schema.form import form_schema, page_schema, problems_with, read_page
from tests.factories.catalog import make_element, make_release, question, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def definition():
    """Two pages: who, then how to receive it, with an address only if it is posted."""
    ways = [{"value": way, "label": text(way)} for way in ("collect", "post")]
    make_element("delivery.way", kind="choice", constraints={"options": ways})
    make_element("delivery.address", kind="address")
    make_element("insurance.months", kind="whole_number", constraints={"maximum": 720})
    by_post = {"field": "way", "op": "==", "value": "post"}
    release = make_release(
        pages=[
            {
                "slug": "you",
                "title": text("您"),
                "lead": None,
                "questions": [
                    question("name", "person.name"),
                    question("months", "insurance.months", required=False),
                ],
            },
            {
                "slug": "delivery",
                "title": text("怎么拿"),
                "lead": None,
                "questions": [
                    question("way", "delivery.way"),
                    question("address", "delivery.address", show_if=by_post),
                ],
            },
        ]
    )
    return Definition.read(release.content)


def test_a_form_is_json_schema_2020_12(definition):
    schema = form_schema(definition)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(schema["properties"]) == ["name", "months", "way", "address"]
    assert schema["required"] == ["name", "way"]
    assert schema["additionalProperties"] is False


def test_a_page_is_a_part_of_the_form(definition):
    assert list(page_schema(definition.page("delivery"))["properties"]) == ["way", "address"]


def test_a_page_is_read_question_by_question(definition):
    reading = read_page(definition.page("you"), {"name": "王芳", "months": "１２"}, {})

    assert reading.values == {"name": "王芳", "months": 12}
    assert reading.problems == {}


def test_what_cannot_be_kept_has_its_sentence_and_the_rest_is_kept(definition):
    reading = read_page(definition.page("you"), {"name": "王芳", "months": "many"}, {})

    assert reading.values == {"name": "王芳"}
    assert list(reading.problems) == ["months"]


def test_a_question_that_may_be_left_out_is_kept_as_nothing(definition):
    reading = read_page(definition.page("you"), {"name": "王芳"}, {})
    assert reading.values == {"name": "王芳", "months": None}
    assert reading.problems == {}


def test_an_answer_on_the_same_page_decides_what_is_asked(definition):
    page = definition.page("delivery")

    collected = read_page(page, {"way": "collect", "address": ""}, {})
    posted = read_page(page, {"way": "post", "address": ""}, {})

    assert collected.values == {"way": "collect"}
    assert collected.problems == {}
    assert list(posted.problems) == ["address"]


def test_a_question_that_does_not_apply_is_known_to_have_no_answer(definition):
    way, address = definition.page("delivery").questions
    instead = replace(address, key="note", show_if={"not": {"field": "address", "op": "exists"}})
    page = replace(definition.page("delivery"), questions=(way, address, instead))

    collected = read_page(page, {"way": "collect", "note": "思源大道12号"}, {})

    assert collected.values == {"way": "collect", "note": "思源大道12号"}


def test_nothing_stands_in_the_way_of_whole_answers(definition):
    assert problems_with(definition, {"name": "王芳", "way": "collect"}) == []


def test_every_gap_is_named_with_its_page(definition):
    found = problems_with(definition, {"way": "post"})
    assert [(one.key, one.page) for one in found] == [("name", "you"), ("address", "delivery")]


@pytest.mark.parametrize("value", ["pigeon", 5, True, None, ["post"], {"way": "post"}])
def test_a_value_from_a_program_is_held_against_the_schema_too(definition, value):
    found = problems_with(definition, {"name": "王芳", "way": value})
    assert [one.key for one in found] == ["way"]


def test_a_value_a_program_sends_in_the_wrong_type_gets_a_sentence(definition):
    found = problems_with(definition, {"name": "王芳", "way": "collect", "months": "12"})
    assert [one.key for one in found] == ["months"]
    assert found[0].message
