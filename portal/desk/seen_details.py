"""What exactly a look showed, from what its entry keeps apart. Gated: record first."""

from collections.abc import Collection

from applications.actions.reveal_answer import REVEALED
from applications.verbs import Verb
from audit.models import AuditEntry
from audit.selectors import details_of
from portal.desk.break_glass import OPENED_BY_REASON
from portal.desk.lookup import LOOKED_UP
from portal.desk.seen_files import files_in_words
from portal.desk.seen_words import seen_in_words
from portal.desk.trail_details import details_in_words

WRITTEN_FOR = (LOOKED_UP, OPENED_BY_REASON)
"""Looks for which the officer has to write a sentence."""

IN_FULL = (REVEALED, Verb.NUMBER_REVEALED)

DETAILED = (REVEALED, Verb.ATTACHMENT_VIEWED, *WRITTEN_FOR)


def what_was_seen(entries: Collection[AuditEntry]) -> dict[int, str]:
    """By entry: the value that was revealed with its reason, what a reason opened, or which
    document. A handful of queries, however many entries."""
    found = details_of([entry for entry in entries if entry.verb in DETAILED])
    by_verb = {
        verb: {entry: body for entry, body in found.items() if entry.verb == verb}
        for verb in (REVEALED, Verb.ATTACHMENT_VIEWED)
    }
    files = [entry for entry in entries if entry.verb == Verb.ATTACHMENT_VIEWED]
    return {
        **{entry.pk: seen_in_words(entry.verb, body) for entry, body in found.items()},
        **details_in_words(by_verb[REVEALED]),
        **files_in_words(files, by_verb[Verb.ATTACHMENT_VIEWED]),
    }


def reasons_chosen(entries: Collection[AuditEntry]) -> dict[int, str]:
    """By entry, the code of the reason an officer chose to see a covered value in full."""
    found = details_of([entry for entry in entries if entry.verb in IN_FULL])
    return {entry.pk: str(body["reason"]) for entry, body in found.items() if "reason" in body}
