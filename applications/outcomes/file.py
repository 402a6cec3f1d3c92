"""The letter as files: written out once in each language, so that their bytes can be compared."""

from hashlib import sha256

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from applications.models import Outcome, OutcomeText
from applications.outcomes.letter import LANGUAGES
from catalog.text import Text, in_english

MARKS = {"zh": "zh-Hans", "en": "en"}
CHECKED_AT = "/trust/?code="


def write_files(outcome: Outcome, text: OutcomeText) -> None:
    """Keep the letter as it is saved, and what anybody can compare a saved one with.

    The files are never made again: a newer look of the portal would change their bytes.
    """
    text.files = {key: _written(outcome, text, key) for key in LANGUAGES}
    text.save(update_fields=["files"])
    outcome.file_hash_zh, outcome.file_hash_en = (
        fingerprint(text.files[key].encode()) for key in ("zh", "en")
    )
    outcome.save(update_fields=["file_hash_zh", "file_hash_en"])


def file_for_reader(outcome: Outcome, text: OutcomeText) -> str:
    """The file in the reader's language; of a letter from before there were files, made now."""
    if not text.files:
        write_files(outcome, text)
    return str(text.files["en" if in_english() else "zh"])


def fingerprint(file: bytes) -> str:
    return sha256(file).hexdigest()


def _written(outcome: Outcome, text: OutcomeText, key: str) -> str:
    with translation.override(LANGUAGES[key]):
        context = {
            "lang": MARKS[key],
            "outcome": outcome,
            "title": Text.read(outcome.title),
            "paragraphs": [Text.read(one) for one in text.body["paragraphs"]],
            "is_granted": outcome.result == Outcome.Result.GRANTED,
            "check": f"{settings.PORTAL_ADDRESS}{CHECKED_AT}{outcome.code}",
            "sample": settings.PORTAL_SAMPLE,
        }
        return render_to_string("applications/letter_file.html", context)
