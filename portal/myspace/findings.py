"""What others found about a look, told at that look to the person it was about.

A supervisor who reviews a look without a case, one who judges an alarm, and who answers the
person's question. What is only asked into is told to nobody; neither are the words of a
supervisor, which may speak of third persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import PurposeKind
from audit.models import AuditEntry
from audit.sentinel.verdicts import misuse_found_in
from identity.models import LookQuestion
from identity.selectors.look_questions import WRONG
from identity.selectors.looks import Reader, findings_kept, looks_to_be_seen
from portal.desk.models import LookupReview
from portal.desk.reviews import reviews_of

REVIEW = "portal.lookupreview"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one look, when, and whether the look was in order."""

    words: str
    at: datetime
    is_in_order: bool


def findings_about(
    reader: Reader,
    entries: Sequence[AuditEntry],
    questions: Mapping[int, Sequence[LookQuestion]],
) -> dict[int, tuple[Finding, ...]]:
    """By entry, the oldest first; what is held back from the reader is left out.

    `questions`: what the reader asked about these entries. Each answer is the reader's own matter,
    and told on its page as well, whatever is held back; one stays where the reader asks on.
    """
    found: list[tuple[int, Finding]] = []
    without_case = [one.pk for one in entries if one.purpose_kind == PurposeKind.REASON]
    for number, review in reviews_of(without_case).items() if without_case else ():
        if review.reviewed_at is not None:
            found.append((number, _of_review(review, review.reviewed_at)))
    for number, at in misuse_found_in(entries).items():
        words = _("A supervisor judged this officer's looks, this one among them: misuse")
        found.append((number, Finding(words, at, is_in_order=False)))
    kept = findings_kept(reader, entries) if found else {}
    told = [one for one in found if one[0] not in kept or one[1].at < kept[one[0]]]
    for number, asked in questions.items():
        for question in asked:
            if question.answered_at is not None:
                told.append((number, _of_answer(question, question.answered_at)))
    by_entry: dict[int, tuple[Finding, ...]] = {}
    for number, finding in sorted(told, key=lambda one: one[1].at):
        by_entry[number] = (*by_entry.get(number, ()), finding)
    return by_entry


def looks_reviewed(reader: Reader, entries: Sequence[AuditEntry]) -> dict[int, int]:
    """For entries of somebody who reviewed a look: the number of that look, if the reader may see
    it now."""
    about = {one.pk: UUID(one.object_id) for one in entries if one.object_kind == REVIEW}
    if not about:
        return {}
    rows = LookupReview.objects.filter(pk__in=about.values()).values_list("pk", "entry_id", "at")
    looks = {pk: (entry, at) for pk, entry, at in rows}
    seen = looks_to_be_seen(reader, dict(looks.values()))
    return {
        number: looks[pk][0] for number, pk in about.items() if pk in looks and looks[pk][0] in seen
    }


def _of_review(review: LookupReview, at: datetime) -> Finding:
    is_in_order = review.state == LookupReview.State.FINE
    words = (
        _("A supervisor reviewed this look: in order")
        if is_in_order
        else _("A supervisor reviewed this look: not in order")
    )
    return Finding(words, at, is_in_order=is_in_order)


def _of_answer(question: LookQuestion, at: datetime) -> Finding:
    words = _("The answer to your question: %(result)s") % {
        "result": question.get_verdict_display()
    }
    return Finding(words, at, is_in_order=question.verdict not in WRONG)
