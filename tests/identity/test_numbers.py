"""Numbers of people and bodies, measured against a list of good and bad ones."""

import csv
from datetime import date
from pathlib import Path

import pytest

from identity.numbers import (
    citizen_number_of,
    is_credit_code,
    normalise,
    numbers_in,
    read_citizen_number,
)

LIST = Path(__file__).parent / "data" / "id_check_vectors.csv"
VECTORS = list(csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()))
SEX = {"男": "male", "女": "female"}


def test_the_list_is_whole():
    assert len(VECTORS) == 84


@pytest.mark.parametrize("row", [row for row in VECTORS if row["kind"] == "resident_id"])
def test_resident_numbers_are_judged_and_read_as_listed(row):
    number = read_citizen_number(row["value"], today=date(2026, 11, 21))

    assert (number is not None) == (row["valid"] == "1")
    if number is not None:
        assert number.birth_date.isoformat() == row["birth_date"]
        assert number.sex == SEX[row["sex"]]


@pytest.mark.parametrize("row", [row for row in VECTORS if row["kind"] == "uscc"])
def test_credit_codes_are_judged_as_listed(row):
    assert is_credit_code(row["value"]) == (row["valid"] == "1")


@pytest.mark.parametrize(
    "typed",
    [
        " 14042919571028262x ",
        "１４０４２９１９５７１０２８２６２Ｘ",
        "140429 19571028 262X",
        "14042919571028\u200b262X",
        "\ufeff14042919571028262X",
    ],
)
def test_a_number_is_the_same_however_it_was_typed(typed):
    assert normalise(typed) == "14042919571028262X"
    assert read_citizen_number(typed) is not None


@pytest.mark.parametrize("typed", ["", "X", "１" * 17, "²" * 18, "14042919571028262", "😀" * 18])
def test_rubbish_is_no_number_and_no_error(typed):
    assert read_citizen_number(typed) is None


def test_a_county_that_no_longer_exists_keeps_its_numbers():
    assert read_citizen_number(citizen_number_of("51399919800101001")) is not None


def test_somebody_born_tomorrow_has_no_number_yet():
    number = citizen_number_of("51160220261122001")

    assert read_citizen_number(number, today=date(2026, 11, 21)) is None
    assert read_citizen_number(number, today=date(2026, 11, 22)) is not None


def test_a_number_is_not_printed_by_accident():
    number = read_citizen_number("14042919571028262X")

    assert "1404" not in f"{number} {number!r}"


@pytest.mark.parametrize(
    "written",
    [
        "{0}",
        "身份证号 {1} {2} {3}。",
        "{1}-{2}-{3}",
        "{1}.{2}.{3}",
        "{1}\u00a0{2}\u3000{3}",
        "{1}{2}\n{3}",
        "ID{0}x",
        "2026 {0}",
        "①{0}",
        "{4}",
    ],
)
def test_a_number_is_found_in_a_text_however_it_is_written(written):
    number = citizen_number_of("51169919440402042")
    spaced = " ".join(number)
    text = written.format(number, number[:6], number[6:14], number[14:], spaced)

    assert numbers_in(f"见{text}等") == [number]


def test_figures_that_are_no_identity_number_are_none():
    wrong = citizen_number_of("51169919440402042")[:-1]
    assert numbers_in(f"{wrong}0 {wrong}1 6222021234567890123 138001380001380013") == []
