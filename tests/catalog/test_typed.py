"""What stands in an address never reaches the database as garbage."""

import pytest

from catalog.typed import LONGEST_SENTENCE, plain_of, sentence_of


@pytest.mark.parametrize(
    "raw", ["", "a b", "a\x00", "\ud800", "孔雀", "😀", "a" * 61, "a/b", "a\n"]
)
def test_what_cannot_be_a_code_is_no_code(raw):
    assert plain_of(raw) == ""


@pytest.mark.parametrize("raw", ["newborn", "T-511602-3DC48C4C", "115113016823646795"])
def test_a_code_stays_as_it_is(raw):
    assert plain_of(raw) == raw


def test_a_sentence_loses_what_cannot_be_seen_and_its_endless_tail():
    assert sentence_of(" 办\x00居\u202e住\ud800证 ") == "办 居 住 证"
    assert len(sentence_of("长" * 5000)) == LONGEST_SENTENCE
