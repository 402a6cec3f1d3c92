"""What was found for good about looks: by who reviewed one, who judged an alarm it is evidence of,
and who answered the person's question. The one place that knows all three.

Who judges a look reads here what others found about it; the person concerned reads the same at the
look (`portal.myspace.findings`), as far as it is told.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.directory import Finding
from audit.kernel.actors import Actor, PurposeKind
from audit.models import AuditEntry, SentinelAlarm
from audit.selectors import subjects_of
from audit.sentinel.models import SentinelVerdict, VerdictKind
from audit.sentinel.selectors import alarms_visible_to
from audit.sentinel.verdicts import verdicts_on
from audit.trail import ObjectRef
from identity.models import LookQuestion
from identity.selectors.look_questions import KIND as QUESTION
from identity.selectors.look_questions import WRONG, answers_about
from identity.selectors.near import are_related, near_among
from portal.desk.models import LookupReview
from portal.desk.reviews import reviews_of

TAGS = {True: "ok", False: "stop", None: "info"}


class By(Enum):
    """How somebody came to judge a look."""

    REVIEW = "review"
    ALARM = "alarm"
    ANSWER = "answer"


WHO: dict[By, Promise] = {
    By.REVIEW: gettext_lazy("A supervisor who reviewed this look"),
    By.ALARM: gettext_lazy("A supervisor who judged an alarm about this look"),
    By.ANSWER: gettext_lazy("A supervisor who answered the person's question"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """One finding about one look that stands. `on`: what was reviewed, judged or answered.
    `is_in_order` is None where it says nothing of the look: the rule was wrong."""

    look: int
    at: datetime
    by: By
    on: ObjectRef
    judge: str
    result: str | Promise
    is_in_order: bool | None
    office: str = ""
    address: str = ""


def finals_on(
    entries: Collection[AuditEntry],
    *,
    alarms: QuerySet[SentinelAlarm],
    answers: Iterable[LookQuestion],
) -> list[Final]:
    """Each finding about these looks, the oldest first: all reviews, the verdicts on these alarms,
    and these answers."""
    without_case = [one.pk for one in entries if one.purpose_kind == PurposeKind.REASON]
    reviews = reviews_of(without_case) if without_case else {}
    found = [
        *(_of_review(one, one.reviewed_at) for one in reviews.values() if one.reviewed_at),
        *(_of_verdict(number, one) for number, one in verdicts_on(entries, alarms)),
        *(_of_answer(one, one.answered_at) for one in answers if one.answered_at),
    ]
    return sorted(found, key=lambda one: (one.at, one.look))


def found_by_others(actor: Actor, entries: Collection[AuditEntry], but: ObjectRef) -> list[Finding]:
    """What a supervisor who judges these looks reads of all that was found about them, the oldest
    first: nothing about looks of the supervisor's own or at somebody close, and not `but`, which is
    before the reader."""
    open_to = _not_near(actor, entries)
    answers = answers_about(actor, subjects_of(open_to)) if open_to else ()
    finals = finals_on(open_to, alarms=alarms_visible_to(actor), answers=answers)
    moments = {one.pk: one.at for one in entries}
    return [in_words(one, moments[one.look], named=True) for one in finals if one.on != but]


def in_words(final: Final, looked_at: datetime, *, named: bool) -> Finding:
    """As pages show it; with who it was by code only to supervisors, who read that in the trail."""
    superior = _("A superior at %(office)s who answered the person's question")
    return Finding(
        looked_at=looked_at,
        at=final.at,
        who=superior % {"office": final.office} if final.office else str(WHO[final.by]),
        result=str(final.result),
        kind=TAGS[final.is_in_order],
        judge=final.judge if named else "",
        address=final.address if named else "",
    )


def _not_near(actor: Actor, entries: Collection[AuditEntry]) -> list[AuditEntry]:
    """Those whose review this supervisor could open: officer and person are somebody else."""
    officers = {one.actor for one in entries if one.actor is not None}
    own = {one for one in officers if are_related(actor.account, one)}
    theirs = [one for one in entries if one.actor not in own]
    about = subjects_of(theirs)
    near = near_among(actor.account, {one for people in about.values() for one in people})
    return [one for one in theirs if near.isdisjoint(about.get(one.pk, ()))]


def _of_review(review: LookupReview, at: datetime) -> Final:
    return Final(
        look=review.entry_id,
        at=at,
        by=By.REVIEW,
        on=ObjectRef.of(review),
        judge=review.reviewed_label,
        result=review.get_state_display(),
        is_in_order=review.state == LookupReview.State.FINE,
        address=reverse("desk:review", args=[review.reference]),
    )


def _of_verdict(look: int, verdict: SentinelVerdict) -> Final:
    is_in_order = verdict.kind == VerdictKind.EXPLAINED
    return Final(
        look=look,
        at=verdict.at,
        by=By.ALARM,
        on=ObjectRef(SentinelAlarm._meta.label_lower, str(verdict.alarm)),
        judge=verdict.judge,
        result=verdict.get_kind_display(),
        is_in_order=None if verdict.kind == VerdictKind.WRONG else is_in_order,
        address=reverse("trail:alarm", args=[verdict.alarm]),
    )


def _of_answer(question: LookQuestion, at: datetime) -> Final:
    """Supervisors open those that found something wrong, and no others."""
    is_wrong = question.verdict in WRONG
    return Final(
        look=question.entry_id,
        at=at,
        by=By.ANSWER,
        on=ObjectRef(QUESTION, question.reference),
        judge=question.answered_by,
        result=question.get_verdict_display(),
        is_in_order=not is_wrong,
        office=question.office.display_name if question.office else "",
        address=reverse("desk:question", args=[question.reference]) if is_wrong else "",
    )
