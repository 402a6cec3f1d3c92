"""What exactly a look showed, from what its entry keeps apart. Gated: record first."""

from collections.abc import Mapping
from typing import Any

from applications.actions.reveal_answer import REVEALED
from audit.models import AuditEntry
from portal.desk.break_glass import OPENED_BY_REASON
from portal.desk.lookup import LOOKED_UP
from portal.desk.seen_words import seen_in_words
from portal.desk.trail_details import details_in_words

WRITTEN_FOR = (LOOKED_UP, OPENED_BY_REASON)
"""Looks for which the officer has to write a sentence."""

DETAILED = (REVEALED, *WRITTEN_FOR)


def what_was_seen(found: Mapping[AuditEntry, Mapping[str, Any]]) -> dict[int, str]:
    """By entry: the value that was revealed with its reason, or what a reason opened."""
    revealed = {entry: body for entry, body in found.items() if entry.verb == REVEALED}
    return {
        entry.pk: seen_in_words(entry.verb, body) for entry, body in found.items()
    } | details_in_words(revealed)
