"""The number of an inquiry stands in the trail for ever: it can say nothing about anybody."""

import pytest
from django.core.exceptions import ValidationError

from audit.forms.inquiry import check_inquiry


@pytest.mark.parametrize("number", ["川监〔2026〕12号", "JC-2026-017", "2026/12", "广监(2026)3号"])
def test_numbers_as_they_stand_on_files_are_taken(number):
    assert check_inquiry(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "孙丽511699199901302660被丈夫举报",
        "511699199901302660",
        "13900000001",
        "孙丽被丈夫举报第1次",
        "no figure",
        "12\n13",
        "",
        "1" * 30,
    ],
)
def test_what_could_speak_of_somebody_is_not(number):
    with pytest.raises(ValidationError, match="核查编号"):
        check_inquiry(number)
