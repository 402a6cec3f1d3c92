"""Kinds of fields: what people type, what is kept, what is said when it cannot be."""

import csv
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from catalog.schema.cleaning import clean
from catalog.schema.elements import Unreadable, kinds

VECTORS = Path(__file__).parent / "data/id_check_vectors.csv"
OPTIONS = {"options": [{"value": value, "label": {"zh": value}} for value in ("a", "b")]}
GOOD = {
    "text": "王 芳",
    "long_text": "第一行\n第二行",
    "address": "思源大道12号3栋302",
    "whole_number": "3",
    "number": "5.5",
    "area": "48平方米",
    "money": "3,200.50元",
    "date": "2026-03-05",
    "choice": "a",
    "yes_no": "yes",
    "phone": "138 0013 8000",
    "citizen_number": "11010519491231002x",
    "bank_account": "6228 4804 0256 4890 018",
    "credit_code": "91511602ma6a0000xd",
}
KEPT = {
    "text": "王 芳",
    "long_text": "第一行\n第二行",
    "address": "思源大道12号3栋302",
    "whole_number": 3,
    "number": 5.5,
    "area": 48,
    "money": 3200.5,
    "date": "2026-03-05",
    "choice": "a",
    "yes_no": True,
    "phone": "13800138000",
    "citizen_number": "11010519491231002X",
    "bank_account": "6228480402564890018",
    "credit_code": "91511602MA6A0000XD",
}


def parse(code, raw, **constraints):
    kind = kinds.get(code)()
    schema = kind.schema({**OPTIONS, **constraints})
    return kind.parse(clean(raw, lines=kind.control == "textarea"), schema)


def test_every_kind_has_an_example_here():
    assert set(GOOD) == set(kinds)


@pytest.mark.parametrize("code", sorted(GOOD))
def test_what_people_type_is_kept_in_one_form_that_its_schema_accepts(code):
    kind = kinds.get(code)()
    schema = kind.schema(OPTIONS)

    value = parse(code, GOOD[code])

    assert value == KEPT[code]
    assert Draft202012Validator(schema).is_valid(value)
    assert not Draft202012Validator(schema).is_valid([value])


@pytest.mark.parametrize("code", sorted(GOOD))
def test_a_kept_value_can_be_typed_again(code):
    kind = kinds.get(code)()
    value = parse(code, GOOD[code])
    assert parse(code, kind.typed(value)) == value
    assert kind.show(value)


@pytest.mark.parametrize("code", sorted(set(GOOD) - {"text", "long_text", "address"}))
@pytest.mark.parametrize("garbage", ["😀😀", "<script>alert(1)</script>", "' or 1=1 --", "九"])
def test_garbage_gets_a_sentence_without_blame(code, garbage):
    with pytest.raises(Unreadable) as refusal:
        parse(code, garbage)
    sentence = str(refusal.value.message)
    assert sentence.startswith(("Please", "请"))
    assert "invalid" not in sentence.lower()
    assert "非法" not in sentence


@pytest.mark.parametrize(
    ("code", "raw", "kept"),
    [
        ("area", "４８", 48),
        ("money", "3，200", 3200),
        ("date", "2026年3月5日", "2026-03-05"),
        ("date", "2026/3/5", "2026-03-05"),
        ("date", "20260305", "2026-03-05"),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "（0826）2345678", "08262345678"),
        ("phone", "+852 2345 6789", "+85223456789"),
        ("citizen_number", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("text", "\u200b王\u202e芳\ufeff", "王芳"),
        ("text", "  王   芳  ", "王 芳"),
        ("yes_no", "是", True),
        ("yes_no", "no", False),
    ],
)
def test_other_ways_of_writing_mean_the_same(code, raw, kept):
    assert parse(code, raw) == kept


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("date", "2026-02-30"),
        ("date", "0026-02-03"),
        ("date", "99999999"),
        ("citizen_number", "110105194912310021"),
        ("citizen_number", "110105209912310022"),
        ("phone", "12345678901234567890"),
        ("bank_account", "1234"),
        ("address", "三楼"),
        ("choice", "c"),
        ("number", "1e5"),
        ("number", "NaN"),
        ("number", "٣"),
        ("whole_number", "3.5"),
        ("money", "0.001"),
        ("money", "9" * 40),
    ],
)
def test_what_cannot_be_is_refused(code, raw):
    with pytest.raises(Unreadable):
        parse(code, raw)


def test_bounds_are_said_in_figures():
    with pytest.raises(Unreadable, match="1"):
        parse("whole_number", "0", minimum=1)
    with pytest.raises(Unreadable, match="100"):
        parse("number", "101", maximum=100)


def test_a_day_may_be_held_on_one_side_of_today():
    assert parse("date", "2020-01-01", past=True) == "2020-01-01"
    with pytest.raises(Unreadable):
        parse("date", "2999-01-01", past=True)
    with pytest.raises(Unreadable):
        parse("date", "2020-01-01", future=True)


def test_long_text_says_how_long_it_may_be_and_is():
    with pytest.raises(Unreadable) as refusal:
        parse("text", "长" * 61, max_length=60)
    assert "60" in str(refusal.value.message)
    assert "61" in str(refusal.value.message)


@pytest.mark.parametrize("broken", ["a\x00b", "a\x07b", "\ud800", "x\x9fy"])
def test_text_that_did_not_arrive_whole_is_refused_and_not_mended(broken):
    with pytest.raises(Unreadable):
        clean(broken)


def test_a_line_has_no_line_breaks_and_a_text_keeps_them():
    assert clean("一\r\n二") == "一 二"
    assert clean("一\r\n二", lines=True) == "一\n二"


def identity_vectors():
    with VECTORS.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "resident_id"]


@pytest.mark.parametrize("row", identity_vectors(), ids=lambda row: row["value"])
def test_citizen_numbers_are_told_apart(row):
    if row["valid"] == "1":
        assert parse("citizen_number", row["value"]) == row["value"].upper()
        return
    with pytest.raises(Unreadable):
        parse("citizen_number", row["value"])
