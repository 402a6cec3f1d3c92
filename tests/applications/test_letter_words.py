"""What a letter says, in each language as that language writes it."""

from datetime import date

import pytest

from applications.outcomes.letter import granted_letter
from catalog.selectors.definitions import definition_of
from tests.factories.citizen import make_release

pytestmark = pytest.mark.django_db


def test_days_are_written_as_each_language_writes_them():
    definition = definition_of(make_release("CN014").pk)
    marks = {"number": "1", "issued_on": date(2026, 11, 2), "valid_until": None}

    (said,) = granted_letter(definition, {}, marks).paragraphs

    assert "发证日期2026年11月2日，" in said["zh"]
    assert "issued on 2 Nov 2026." in said["en"]
    assert "请在—以前" in said["zh"]
