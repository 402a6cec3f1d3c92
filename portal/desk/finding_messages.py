"""A look can be judged twice: by a supervisor who reviews it, and by who answers the person's
question about it. Where the two differ, whoever was first hears of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from identity.actions.answer_question import ANSWERED
from identity.author_messages import author_of
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import LookQuestion
from identity.selectors.accounts import same_accounts
from portal.desk.models import LookupReview
from portal.desk.reviews import VERDICTS

TELL = "finding.tell"
JOB = Actor.system("questions about looks")
State, Verdict = LookupReview.State, LookQuestion.Verdict


@message_kinds.register("review.answered_otherwise")
class ReviewAnsweredOtherwise(MessageKind):
    """To the supervisor who reviewed a look: who answered the person found otherwise."""

    def title(self, params: Params) -> str:
        return _("Found otherwise than in your review: %(number)s") % params

    def body(self, params: Params) -> str:
        return _(
            "The person asked why somebody looked, and the answer found: “%(finding)s”. You"
            " had reviewed this look."
        ) % {"finding": Verdict(params["verdict"]).label}

    def link(self, params: Params) -> str:
        return f"/admin/lookup/reviews/{params['number']}/"


@message_kinds.register("question.reviewed_otherwise")
class QuestionReviewedOtherwise(MessageKind):
    """To whoever answered a question: the supervisor who reviewed the look found otherwise."""

    def title(self, params: Params) -> str:
        return _("Reviewed otherwise than you answered: %(number)s") % params

    def body(self, params: Params) -> str:
        return _(
            "You answered why somebody looked. A supervisor has reviewed the same look since and"
            " found: “%(finding)s”."
        ) % {"finding": State(params["state"]).label}

    def link(self, params: Params) -> str:
        return "/admin/questions/"


def subscribe_to_trail() -> None:
    for verb in (ANSWERED, *VERDICTS.values()):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_who_was_first(payload: Mapping[str, Any], key: str) -> None:
    """Nothing where both found the same, or are the same human being."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    if entry.verb == ANSWERED:
        _tell_reviewer(LookQuestion.objects.get(reference=entry.object_id), entry, key)
    else:
        _tell_authors(LookupReview.objects.get(pk=entry.object_id), entry, key)


def _tell_reviewer(question: LookQuestion, entry: AuditEntry, key: str) -> None:
    review = LookupReview.objects.filter(entry_id=question.entry_id).first()
    if review is not None and _differ(review, question) and _is_first(review, question):
        params = {"number": review.reference, "verdict": question.verdict}
        _tell(review.reviewed_by_id, entry, "review.answered_otherwise", params, key)


def _tell_authors(review: LookupReview, entry: AuditEntry, key: str) -> None:
    """Of several answers to one person the last one counts."""
    asked = LookQuestion.objects.filter(entry_id=review.entry_id).exclude(answered_at=None)
    last = {one.asker_id: one for one in asked.order_by("pk")}
    for question in last.values():
        if _differ(review, question) and not _is_first(review, question):
            params = {"number": question.reference, "state": review.state}
            once = f"{key}:{question.pk}"
            _tell(author_of(question), entry, "question.reviewed_otherwise", params, once)


def _is_first(review: LookupReview, question: LookQuestion) -> bool:
    """Whether the look was reviewed before the answer."""
    reviewed, answered = review.reviewed_at, question.answered_at
    return reviewed is not None and answered is not None and reviewed < answered


def _differ(review: LookupReview, question: LookQuestion) -> bool:
    """Both found something, and not the same."""
    return review.state != State.OPEN and (review.state == State.FINE) != (
        question.verdict == Verdict.FOR_WORK
    )


def _tell(account_id: UUID | None, entry: AuditEntry, kind: str, params: Params, key: str) -> None:
    if account_id is None or entry.actor in same_accounts([account_id]):
        return
    tell(actor=JOB, account_id=account_id, subject_id=None, kind=kind, params=params, key=key)
