"""The letter as files: written out once in each language, so that their bytes can be compared."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from applications.models import Outcome, OutcomeText
from applications.outcomes.letter import LANGUAGES
from catalog.text import Text, in_english

MARKS = {"zh": "zh-Hans", "en": "en"}
CHECKED_AT = "/trust/?code="


def written_files(outcome: Outcome, body: Mapping[str, Any]) -> dict[str, str]:
    """The letter as it is saved, by language: made once, before the letter is kept.

    The files are never made again: a newer look of the portal would change their bytes.
    """
    return {key: _written(outcome, body, key) for key in LANGUAGES}


def file_for_reader(text: OutcomeText) -> str:
    """The file in the reader's language."""
    return str(text.files["en" if in_english() else "zh"])


def fingerprint(file: bytes) -> str:
    return sha256(file).hexdigest()


def _written(outcome: Outcome, body: Mapping[str, Any], key: str) -> str:
    with translation.override(LANGUAGES[key]):
        context = {
            "lang": MARKS[key],
            "outcome": outcome,
            "title": Text.read(outcome.title),
            "paragraphs": [Text.read(one) for one in body["paragraphs"]],
            "is_granted": outcome.result == Outcome.Result.GRANTED,
            "check": f"{settings.PORTAL_ADDRESS}{CHECKED_AT}{outcome.code}",
            "sample": settings.PORTAL_SAMPLE,
        }
        return render_to_string("applications/letter_file.html", context)
