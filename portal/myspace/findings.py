"""What others found about a look, told at that look to the person it was about.

A supervisor who reviews a look without a case, one who judges an alarm, and who answers the
person's question. What is only asked into is told to nobody; neither are the words of a
supervisor, which may speak of third persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.directory import Finding as Told
from audit.models import AuditEntry, SentinelAlarm
from identity.models import LookQuestion
from identity.selectors.look_questions import questions_about
from identity.selectors.looks import Reader, findings_kept, looks_to_be_seen, reader_for_answer
from portal.desk.found import By, Final, finals_on, in_words
from portal.desk.models import LookupReview

REVIEW = "portal.lookupreview"

WORDS: dict[tuple[By, bool | None], Promise] = {
    (By.REVIEW, True): gettext_lazy("A supervisor reviewed this look: in order"),
    (By.REVIEW, False): gettext_lazy("A supervisor reviewed this look: not in order"),
    (By.ALARM, True): gettext_lazy(
        "A supervisor judged this officer's looks, this one among them: there was a good reason"
    ),
    (By.ALARM, False): gettext_lazy(
        "A supervisor judged this officer's looks, this one among them: misuse"
    ),
}


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

    `questions`: what the reader asked about these entries.
    """
    by_entry: dict[int, tuple[Finding, ...]] = {}
    for one in finals_told(reader, entries, questions):
        finding = Finding(_in_words(one), one.at, is_in_order=bool(one.is_in_order))
        by_entry[one.look] = (*by_entry.get(one.look, ()), finding)
    return by_entry


def finals_told(
    reader: Reader,
    entries: Sequence[AuditEntry],
    questions: Mapping[int, Sequence[LookQuestion]],
) -> list[Final]:
    """What the reader is told now of all that was found. An answer to the reader is the reader's
    own matter, and told on its page as well, whatever is held back; one stays where the reader asks
    on. That there was a good reason is told where somebody else found that the look was wrong, as
    nobody else reads of an alarm."""
    answers = [one for asked in questions.values() for one in asked]
    finals = finals_on(entries, alarms=SentinelAlarm.objects.all(), answers=answers)
    by_supervisors = [one for one in finals if one.by is not By.ANSWER]
    kept = findings_kept(reader, entries) if by_supervisors else {}
    told = [
        one
        for one in finals
        if one.by is By.ANSWER or one.look not in kept or one.at < kept[one.look]
    ]
    wrong = {one.look for one in told if one.is_in_order is False}
    seen: dict[tuple[object, ...], Final] = {}
    for one in told:
        if one.by is not By.ALARM or (one.is_in_order is not None and one.look in wrong):
            same = one.on if one.by is not By.ALARM else one.is_in_order
            seen.setdefault((one.look, one.by, same), one)
    return list(seen.values())


def found_before_answer(question: LookQuestion, entry: AuditEntry, *, named: bool) -> list[Told]:
    """What whoever answers a question reads of what supervisors found about this look: what its
    asker reads, and not more, since what is held back would come out with the answer. Answers given
    before stand on the page with their words."""
    asked = questions_about(question.asker_id, [entry.pk])
    told = finals_told(reader_for_answer(question), [entry], asked)
    return [in_words(one, entry.at, named=named) for one in told if one.by is not By.ANSWER]


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


def _in_words(final: Final) -> str:
    if final.by is By.ANSWER:
        return _("The answer to your question: %(result)s") % {"result": final.result}
    return str(WORDS[final.by, final.is_in_order])
