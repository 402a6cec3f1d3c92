"""What people type gets one writing, whatever they pile up."""

import re
import unicodedata
from pathlib import Path

import pytest

from audit.kernel.plain import MOST_MARKS, normalised

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


def test_nobody_goes_round_it():
    files = (file for package in PACKAGES for file in (TREE / package).rglob("*.py"))
    around = [
        file.name for file in files if re.search(r"unicodedata\.normalize\(", file.read_text())
    ]
    assert around == ["plain.py"]
