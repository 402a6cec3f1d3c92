"""Asking the witnesses what they keep, and holding it against our own heads."""

import json
from urllib.request import urlopen

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.models import WitnessWord
from audit.sealing.heads import Head
from audit.sealing.store import heads_from

SECONDS = 3
LARGEST = 20_000
Word = WitnessWord.Word


def ask_witnesses() -> None:
    """Ask every witness of the settings and keep its word; one no longer named is forgotten."""
    words = [_word_of(address) for address in settings.WITNESSES]
    with transaction.atomic():
        WitnessWord.objects.exclude(address__in=settings.WITNESSES).delete()
        WitnessWord.objects.bulk_create(
            words,
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=["word", "asked_at", "head_number", "head_at"],
        )


def _word_of(address: str) -> WitnessWord:
    found = WitnessWord(address=address, asked_at=timezone.now())
    try:
        told = _told_by(address)
    except (OSError, ValueError, KeyError, TypeError):
        found.word = Word.SILENT
        return found
    if told is None:
        found.word = Word.EMPTY
        return found
    found.word = Word.AGREES if _own(told) == told else Word.DIFFERS
    found.head_number, found.head_at = told.number, told.moment
    return found


def _told_by(address: str) -> Head | None:
    with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - from the settings
        told = json.loads(answer.read(LARGEST))["head"]
    return Head.read(told) if told else None


def _own(told: Head) -> Head | None:
    """Our head of the same number; none where ours end before it."""
    found = heads_from("number = %s", [told.number])
    return found[0] if found else None
