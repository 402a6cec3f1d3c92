"""What people and officers are told of questions about looks and of looks that were shown late.

The words of questions and holds stay behind the gate.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from identity.access import affairs_of
from identity.actions.answer_question import ANSWERED
from identity.actions.ask_why import ASKED
from identity.actions.end_hold import ENDED, EXPIRED
from identity.actions.pass_questions_on import PASSED_ON
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import Account, DisclosureHold, LookQuestion, Organisation
from identity.selectors.holds import quiet_holds
from identity.selectors.look_questions import WRONG, kept_out, superiors_of
from identity.selectors.reach_of_holds import is_still_kept, shown_by_the_end_of

TELL = "question.tell"
TELL_END = "hold.tell"
JOB = Actor.system("questions about looks")


class ToTheAsker(MessageKind):
    """Leads to one's own question."""

    def link(self, params: Params) -> str:
        return f"/my/access/questions/{params['question']}/"


class ToTheDesk(MessageKind):
    """Leads to the question at the desk; it names nobody."""

    def link(self, params: Params) -> str:
        return f"/admin/questions/{params['question']}/"


@message_kinds.register("question.answered")
class QuestionAnswered(ToTheAsker):
    """To whoever asked why somebody looked."""

    def title(self, params: Params) -> str:
        return _("Your question about a look was answered")

    def body(self, params: Params) -> str:
        return _("You asked why somebody looked at your data. The answer is in your space.")


@message_kinds.register("question.passed_on")
class QuestionPassedOn(ToTheAsker):
    """To whoever asked: nobody answered in time."""

    def title(self, params: Params) -> str:
        return _("Your question about a look went one office up")

    def body(self, params: Params) -> str:
        return _(
            "It was not answered in five working days, so somebody higher up has it now and has"
            " five working days as well. You need not do anything."
        )


@message_kinds.register("question.waits")
class QuestionWaits(ToTheDesk):
    """To superiors or supervisors: a citizen asks why somebody looked."""

    def title(self, params: Params) -> str:
        return _("Somebody asks why their data was looked at: %(number)s") % {
            "number": params["question"]
        }

    def body(self, params: Params) -> str:
        return _("Answer within five working days; after that it goes one office up.")


@message_kinds.register("question.not_in_order")
class LookNotInOrder(ToTheDesk):
    """To supervisors: whoever answered found that a look should not have been."""

    def title(self, params: Params) -> str:
        return _("A look was not in order: %(number)s") % {"number": params["question"]}

    def body(self, params: Params) -> str:
        return _("It was looked into, and what came out is written down.")


@message_kinds.register("hold.over")
class HoldOver(MessageKind):
    """To the person: looks that had been held back are shown now."""

    def title(self, params: Params) -> str:
        return _("Looks at your data are shown now that had to wait")

    def body(self, params: Params) -> str:
        return _(
            "A law had let them appear later. Now you see them, with the ground and how long it"
            " was; you can ask why about each of them."
        )

    def link(self, params: Params) -> str:
        return "/my/access/"


def subscribe_to_trail() -> None:
    for verb in (ASKED, PASSED_ON, ANSWERED):
        subscribe(verb, _promise)
    for verb in (ENDED, EXPIRED):
        subscribe(verb, _promise_end)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


def _promise_end(entry_id: int) -> None:
    enqueue(TELL_END, {"entry": entry_id}, key=f"{TELL_END}:{entry_id}")


@handles(TELL_END)
def tell_of_end(payload: Mapping[str, Any], key: str) -> None:
    """Tell whoever it kept looks from, unless they go on being held back by a renewal or were
    never."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    hold = DisclosureHold.objects.get(reference=entry.object_id)
    kept = [one for one in quiet_holds([hold.subject_id]) if one.confirmed_at]
    goes_on = any(one.renews_id == hold.pk for one in kept)
    if goes_on or hold.confirmed_at is None:
        return
    for subject in shown_by_the_end_of(hold):
        _tell_of_late_looks(hold, subject, key)


def _tell_of_late_looks(hold: DisclosureHold, subject: UUID, key: str) -> None:
    """Not while another hold keeps some of them: the end of that one tells of both."""
    firm = Organisation.objects.filter(pk=subject).first()
    person_id = firm.legal_representative_id if firm else subject
    account = Account.objects.filter(person=person_id).first() if person_id else None
    if account is None or person_id is None:
        return
    if not is_still_kept(hold, list(dict.fromkeys([subject, *affairs_of(person_id)]))):
        tell(
            actor=JOB,
            account_id=account.pk,
            subject_id=person_id,
            kind="hold.over",
            params={},
            key=key,
        )


@handles(TELL)
def tell_of_question(payload: Mapping[str, Any], key: str) -> None:
    """Tell who asked, and whose turn it is."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    question = LookQuestion.objects.select_related("asker", "office").get(reference=entry.object_id)
    without = kept_out(question.officer, question.asker)
    if entry.verb == ANSWERED:
        _tell(question, [question.asker_id], "question.answered", key)
        if question.verdict in WRONG:
            _tell(question, superiors_of(None, without), "question.not_in_order", key)
        return
    if entry.verb == PASSED_ON:
        _tell(question, [question.asker_id], "question.passed_on", key)
    if question.answered_at is None:
        _tell(question, superiors_of(question.office, without), "question.waits", key)


def _tell(question: LookQuestion, accounts: Iterable[UUID], kind: str, key: str) -> None:
    for account_id in accounts:
        asked = account_id == question.asker_id
        tell(
            actor=JOB,
            account_id=account_id,
            subject_id=question.asker.person_id if asked else None,
            kind=kind,
            params={"question": question.reference},
            key=key,
        )
