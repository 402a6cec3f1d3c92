"""Which entries have lost their words by law, and when: for every page that shows such words.

A place left empty would look as if nothing had been said. `erasing.py` writes what is read here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.models import AuditEntry

_ERASED = (
    "select x.entry_id, said.at from audit_erasure x"
    " left join audit_entry said on said.id = x.erased_by where x.entry_id = any(%s)"
)
_TOOK = "select distinct erased_by from audit_erasure where erased_by = any(%s)"


@dataclass(frozen=True, slots=True)
class Erased:
    """That the words of an entry were erased by law; `at` is None if the entry that says when has
    left the database with its month."""

    at: datetime | None


def words_erased(entries: Collection[AuditEntry]) -> dict[int, Erased]:
    """By number, those of these entries whose words are gone. One query, none where no entry had
    words; numbers and moments only, so nothing has to be recorded before."""
    had_words = [entry.pk for entry in entries if entry.detail_hash is not None]
    if not had_words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ERASED, [had_words])
        return {number: Erased(at) for number, at in cursor.fetchall()}


def took_words(erasures: Collection[AuditEntry]) -> set[int]:
    """Which of these erasures found words to erase, by number; one query, none for none."""
    if not erasures:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, [[entry.pk for entry in erasures]])
        return {number for (number,) in cursor.fetchall()}
