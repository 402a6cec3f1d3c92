"""What becomes of a question is told to those who answered it, or should have: asked again, found
to be otherwise by the next office, gone over their heads. The words stay behind the gate."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from catalog.models import Department
from identity.actions.answer_question import ANSWERED
from identity.actions.ask_why import ASKED
from identity.actions.pass_questions_on import PASSED_ON
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import LookQuestion
from identity.selectors.accounts import same_accounts
from identity.selectors.look_questions import KIND, kept_out, superiors_of

TELL = "question.tell_author"
JOB = Actor.system("questions about looks")


class ToTheList(MessageKind):
    """Leads to the list: the question itself lies with another office now."""

    def link(self, params: Params) -> str:
        return "/admin/questions/"


@message_kinds.register("question.asked_again")
class AskedAgain(ToTheList):
    """To whoever answered: the person was not content with it."""

    def title(self, params: Params) -> str:
        return _("Asked again after your answer: %(number)s") % {"number": params["question"]}

    def body(self, params: Params) -> str:
        return _(
            "You answered why somebody looked. The person asks again, and somebody higher up"
            " answers now. You need not do anything."
        )


@message_kinds.register("question.answered_otherwise")
class AnsweredOtherwise(ToTheList):
    """To whoever answered: the next who was asked came to another finding."""

    def title(self, params: Params) -> str:
        return _("Found otherwise than by you: %(number)s") % {"number": params["question"]}

    def body(self, params: Params) -> str:
        finding = LookQuestion.Verdict(params["verdict"]).label
        return _(
            "The person asked again about a look you had answered for, and somebody higher up"
            " found: “%(finding)s”."
        ) % {"finding": finding}


@message_kinds.register("question.went_up")
class WentUp(ToTheList):
    """To the superiors who did not answer in time."""

    def title(self, params: Params) -> str:
        return _("Not answered in time, went up: %(number)s") % {"number": params["question"]}

    def body(self, params: Params) -> str:
        return _(
            "Your office had five working days to say why somebody looked. Somebody higher up has"
            " the question now, and the person knows."
        )


def subscribe_to_trail() -> None:
    for verb in (ASKED, PASSED_ON, ANSWERED):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_authors(payload: Mapping[str, Any], key: str) -> None:
    """At most one message to each; none to whoever has the question now, or answered it anew."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    question = LookQuestion.objects.select_related("asker", "office").get(reference=entry.object_id)
    if entry.verb == PASSED_ON:
        _tell_those_before(question, entry, key)
        return
    earlier = _answered_before(question)
    author = author_of(earlier) if earlier else None
    if earlier is None or author is None:
        return
    if entry.verb == ASKED and author not in _whose_turn(question):
        _tell([author], "question.asked_again", earlier.reference, key)
    others = same_accounts([author])
    if entry.verb == ANSWERED and question.verdict != earlier.verdict and entry.actor not in others:
        _tell([author], "question.answered_otherwise", earlier.reference, key, question.verdict)


def author_of(question: LookQuestion) -> UUID | None:
    """The account that answered it, by the entry of the answer; None while nobody has."""
    answers = AuditEntry.objects.filter(
        object_kind=KIND, object_id=question.reference, verb=ANSWERED, at__gte=question.asked_at
    )
    return answers.values_list("actor", flat=True).first()


def _answered_before(question: LookQuestion) -> LookQuestion | None:
    """What the same person asked about the same look the last time before."""
    asked = LookQuestion.objects.filter(
        entry_id=question.entry_id, asker=question.asker_id, pk__lt=question.pk
    )
    return asked.exclude(answered_at=None).order_by("-pk").first()


def _tell_those_before(question: LookQuestion, entry: AuditEntry, key: str) -> None:
    """The superiors of the office it came from, unless it is their turn again."""
    ways = AuditEntry.objects.filter(
        object_kind=KIND, object_id=question.reference, verb=PASSED_ON, at__gte=question.asked_at
    )
    level = ways.filter(pk__lt=entry.pk).count()
    step = question.steps.filter(level=level).select_related("office").first()
    if step is not None and step.office is not None:
        turn = set(_whose_turn(question))
        late = [one for one in _superiors(question, step.office) if one not in turn]
        _tell(late, "question.went_up", question.reference, key)


def _whose_turn(question: LookQuestion) -> list[UUID]:
    return _superiors(question, question.office)


def _superiors(question: LookQuestion, office: Department | None) -> list[UUID]:
    return superiors_of(office, kept_out(question.officer, question.asker))


def _tell(
    accounts: Collection[UUID], kind: str, reference: str, key: str, verdict: str = ""
) -> None:
    for account_id in accounts:
        tell(
            actor=JOB,
            account_id=account_id,
            subject_id=None,
            kind=kind,
            params={"question": reference, **({"verdict": verdict} if verdict else {})},
            key=key,
        )
