"""The number of an inquiry, as supervisors keep it on the file. It stands in the entry for ever, so
that nothing about anybody may be said in it: a short code, no name, no number of a person."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 24
_SHAPE = re.compile(r"(?=.*[0-9])[0-9A-Za-z\u4e00-\u9fff〔〕\[\]()（）/._-]{3,24}")
_MANY_FIGURES = re.compile(r"[0-9]{7}")
_WORDS = re.compile(r"[\u4e00-\u9fff]")
MOST_CHARACTERS = 6  # such as 川监 and 号 around the figures


def check_inquiry(number: str) -> None:
    """ValidationError for what is no number of an inquiry, or could speak of somebody."""
    if (
        not _SHAPE.fullmatch(number)
        or _MANY_FIGURES.search(number)
        or len(_WORDS.findall(number)) > MOST_CHARACTERS
    ):
        raise ValidationError(
            _("This is no inquiry number. One looks like 川监〔2026〕12号 or JC-2026-017.")
        )
