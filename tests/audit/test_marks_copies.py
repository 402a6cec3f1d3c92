"""Marks on exported files: read back from what is left of them, never guessed."""

import csv
import io

import pytest
from django.utils import translation

from audit.marks.copies import hide_copy, mark_copy, read_copy
from portal.spreadsheet import as_csv, as_marked_csv, marked_name

ENTRIES = [1, 77, 123_456, 987_654_321_012, (1 << 40) - 1]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_copy_number_and_the_hidden_sign_lead_to_the_same_entry(entry):
    number, hidden = mark_copy(entry), hide_copy(entry)

    assert read_copy(f"report-{number}.csv") == entry
    assert read_copy(number.lower().replace("-", "")) == entry
    assert read_copy(f"工号{hidden},原因") == entry
    assert not hidden.isprintable()


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_mistyped_number_is_none_rather_than_another(entry):
    number = mark_copy(entry)
    for place in range(3, len(number)):
        if number[place] != "-":
            wrong = "Y" if number[place] != "Y" else "X"
            assert read_copy(number[:place] + wrong + number[place + 1 :]) is None


def test_text_without_a_mark_has_none():
    for text in ("", "FB-0000-0000-00000", "FB-ZZZZ-ZZZZ-ZZZZZ", "\u200b" * 64, "姓名,号码"):
        assert read_copy(text) is None


def test_a_table_keeps_its_mark_when_a_spreadsheet_saves_it_anew():
    with translation.override("zh-hans"):
        table = as_marked_csv(["工号", "次数"], [["T1", 3], ["T2", 4]], 4711).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    saved = as_csv(rows[0], rows[1:]).decode("utf-8-sig")

    assert rows[-1] == ["副本编号", mark_copy(4711)]
    assert rows[1:3] == [["T1", "3"], ["T2", "4"]]
    assert read_copy(saved) == 4711
    assert read_copy("\n".join(saved.splitlines()[:-1])) == 4711
    assert read_copy("\n".join(saved.splitlines()[1:])) == 4711
    assert read_copy(saved.splitlines()[1]) is None


def test_the_name_of_a_file_carries_its_copy_number():
    assert marked_name("report-2026.csv", 4711) == f"report-2026-{mark_copy(4711)}.csv"
