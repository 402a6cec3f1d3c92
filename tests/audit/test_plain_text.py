"""What people type gets one writing, whatever they pile up."""

import re
import unicodedata
from pathlib import Path

import pytest

from audit.kernel.plain import MOST_MARKS, normalised, without_disguise, without_unseen

TREE = Path(__file__).parents[2]
PACKAGES = ("audit", "catalog", "identity", "applications", "portal")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC"])
def test_a_pile_of_marks_is_cut_before_it_is_put_in_order(form):
    piled = normalised("a" + "\u0301\u0316" * 1000 + "b" + "\u0301" * MOST_MARKS, form)

    marks = unicodedata.normalize("NFD", piled).split("b")
    assert [len(one.lstrip("a")) for one in marks] == [MOST_MARKS, MOST_MARKS]


@pytest.mark.parametrize("text", ["", "Café", "e\u0301", "ﬁ１２", "विद्यार्थी", "ă̂", "李晓"])
def test_what_people_write_is_what_unicode_makes_of_it(text):
    for form in ("NFC", "NFD", "NFKC"):
        assert normalised(text, form) == unicodedata.normalize(form, text)


SHAPES, JOINER = "\ufe0f\ufe0f", "\u200d"
HIDDEN = "".join(chr(0xE0000 + ord(sign)) for sign in "transfer")


ALONE = "\u00ad\u034f\u115f\u17b5\u200b\u202e\u2060\u2066\u206a\u3164\ufeff\uffa0"
BEYOND = "\U0001d173\U000e0001\U000e0100"


@pytest.mark.parametrize("sign", [HIDDEN, SHAPES, JOINER, *ALONE, *BEYOND], ids=ascii)
def test_nothing_that_is_shown_as_nothing_makes_two_lines_of_one(sign):
    for plain in (without_disguise, without_unseen):
        assert plain(f"李{sign}晓 {sign}Smith{sign}") == "李晓 Smith"


@pytest.mark.parametrize(
    "written",
    [
        "\U0001f469\u200d\U0001f4bb",
        "\u2764\ufe0f\u200d\U0001f525",
        "\u06cc\u200c\u06a9",
        "\u182e\u180b",
    ],
    ids=ascii,
)
def test_what_joins_stays_where_people_write_sentences_and_goes_from_names(written):
    assert without_disguise(f"李{written}晓") == f"李{written}晓"
    assert without_disguise(f"{written}{JOINER}{JOINER}{SHAPES}") != f"{written}{SHAPES}"
    assert not set(without_unseen(written)) & set("\u180b\u200c\u200d\ufe0f")


def test_every_sign_unicode_calls_ignorable_in_its_tables_is_known():
    """Of what Python's tables tell: format signs that are not printed as something."""
    printed = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
    printed |= {*range(0xFFF9, 0xFFFC), *range(0x13430, 0x13440)}
    signs = (sign for sign in range(0x110000) if unicodedata.category(chr(sign)) == "Cf")
    assert [hex(one) for one in signs if one not in printed and without_unseen(chr(one))] == []


def test_nobody_goes_round_it():
    files = (file for package in PACKAGES for file in (TREE / package).rglob("*.py"))
    around = [
        file.name for file in files if re.search(r"unicodedata\.normalize\(", file.read_text())
    ]
    assert around == ["plain.py"]


def test_nobody_keeps_a_list_of_unseen_signs_of_their_own():
    files = (file for package in PACKAGES for file in (TREE / package).rglob("*.py"))
    lists = [file.name for file in files if re.search(r"u200b-|u202a-", file.read_text())]
    assert sorted(lists) == ["0013_lines_are_plain.py", "plain.py"]
