"""What applications tell people, and when.

Texts are made on reading, in the reader's language. A trail subscriber promises the message in the
transaction of the act; the outbox writes it afterwards.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.compliance.evaluate import ALARM_RAISED
from applications.definitions import definition_for
from applications.models import Application, Escalation, Rule, Step
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from catalog.text import in_english
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import Account, Posting

TELL = "application.tell"
JOB = Actor.system("application messages")


def item_name(params: Params) -> str:
    """The item's name in the reader's language."""
    return str(params["item_en"] if in_english() and params.get("item_en") else params["item"])


def day(params: Params, name: str) -> str:
    """A date of the message in words; empty when there is none."""
    value = parse_date(params.get(name) or "")
    return date_format(value, _("j F Y, l")) if value else ""


class CaseMessage(MessageKind):
    """A message to the applicant about one case."""

    def link(self, params: Params) -> str:
        return f"/my/cases/{params['reference']}/"


@message_kinds.register("application.submitted")
class Submitted(CaseMessage):
    def title(self, params: Params) -> str:
        return _("We have it: %(item)s") % {"item": item_name(params)}

    def body(self, params: Params) -> str:
        return _(
            "Your number is %(reference)s. You will have an answer by %(due)s. You can follow every"
            " step, and see who looks at your data."
        ) % {"reference": params["reference"], "due": day(params, "due_on")}


@message_kinds.register("application.correction_asked")
class CorrectionAsked(CaseMessage):
    def title(self, params: Params) -> str:
        return _("We need something from you: %(item)s") % {"item": item_name(params)}

    def body(self, params: Params) -> str:
        return _(
            "Everything that is missing is listed at once in your case %(reference)s."
            " The clock stands still until you answer."
        ) % {"reference": params["reference"]}


@message_kinds.register("application.escalated")
class Escalated(CaseMessage):
    def title(self, params: Params) -> str:
        return _("A superior is looking at it: %(item)s") % {"item": item_name(params)}

    def body(self, params: Params) -> str:
        return _(
            "A rule asks for a superior's word on your case %(reference)s."
            " You need not do anything."
        ) % {"reference": params["reference"]}


@message_kinds.register("application.approved")
class Approved(CaseMessage):
    def title(self, params: Params) -> str:
        return _("Granted: %(item)s") % {"item": item_name(params)}

    def body(self, params: Params) -> str:
        return _("The document is in your space. Case %(reference)s is done.") % {
            "reference": params["reference"]
        }


@message_kinds.register("application.rejected")
class Rejected(CaseMessage):
    def title(self, params: Params) -> str:
        return _("Not granted: %(item)s") % {"item": item_name(params)}

    def body(self, params: Params) -> str:
        return _(
            "The letter in case %(reference)s says why, what you can put right,"
            " and where you can have the decision reviewed."
        ) % {"reference": params["reference"]}


@message_kinds.register("application.put_before_you")
class PutBeforeYou(MessageKind):
    """To the superiors of the office: a case waits for their word."""

    def title(self, params: Params) -> str:
        return _("A case waits for your word: %(reference)s") % params

    def body(self, params: Params) -> str:
        return _(
            "A rule stops the approval of %(item)s. You can allow it with a document, or not."
        ) % {"item": item_name(params)}

    def link(self, params: Params) -> str:
        return "/admin/desk/escalations/"


@message_kinds.register("application.superior_answered")
class SuperiorAnswered(MessageKind):
    """To the officer who asked: the superior's word is there, the case is back."""

    def title(self, params: Params) -> str:
        if params["answer"] == Escalation.Answer.ALLOWED:
            return _("Allowed by the superior: %(reference)s") % params
        return _("Not allowed by the superior: %(reference)s") % params

    def body(self, params: Params) -> str:
        return _("The case is back in your hands: %(item)s. The reason stands in it.") % {
            "item": item_name(params)
        }

    def link(self, params: Params) -> str:
        return f"/admin/desk/{params['reference']}/"


@message_kinds.register("application.red_line")
class RedLine(MessageKind):
    """To the supervisors: a rule stands against a case."""

    def title(self, params: Params) -> str:
        return _("Red line %(rule)s: %(reference)s") % params

    def body(self, params: Params) -> str:
        title = params["title_en"] if in_english() and params.get("title_en") else params["title"]
        return _("A rule stands against this case: %(title)s") % {"title": title}

    def link(self, params: Params) -> str:
        return "/admin/alarms/"


TO_APPLICANT: dict[str, str] = {
    Verb.SUBMITTED: "application.submitted",
    Verb.CORRECTION_ASKED: "application.correction_asked",
    Verb.ESCALATED: "application.escalated",
    Verb.APPROVED: "application.approved",
    Verb.REJECTED: "application.rejected",
}


def subscribe_to_trail() -> None:
    """Each act people must hear of promises its message in the act's own transaction."""
    for verb in (*TO_APPLICANT, Verb.ESCALATION_DECIDED):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_of_entry(payload: Mapping[str, Any], key: str) -> None:
    """Write the messages an act calls for."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    application = Application.objects.select_related("item", "applicant__account").get(
        pk=entry.object_id
    )
    params = _params(application)
    if entry.verb == Verb.ESCALATION_DECIDED:
        _tell_who_asked(application, params, key)
        return
    account = Account.objects.filter(person=application.applicant).first()
    if account is not None:
        tell(
            actor=JOB,
            account_id=account.pk,
            subject_id=application.applicant_id,
            kind=TO_APPLICANT[entry.verb],
            params={**params, **_in_own_words(application)},
            key=key,
        )
    if entry.verb == Verb.ESCALATED:
        _tell_postings(_superiors(application), "application.put_before_you", params, key)


@handles(ALARM_RAISED)
def tell_of_alarm(payload: Mapping[str, Any], key: str) -> None:
    """Tell the supervisors that a rule stands against a case."""
    application = Application.objects.select_related("item").get(pk=payload["application"])
    rule = Rule.objects.get(code=payload["rule"])
    params = {
        **_params(application),
        "rule": rule.code,
        "title": rule.title,
        "title_en": rule.title_en,
    }
    supervisors = Posting.objects.in_force().filter(capacity=Posting.Capacity.SUPERVISOR)
    _tell_postings(
        list(supervisors.values_list("account_id", flat=True)), "application.red_line", params, key
    )


def _tell_who_asked(application: Application, params: dict[str, Any], key: str) -> None:
    """The newest answer: a case is put before a superior again only after it was answered."""
    answered = Escalation.objects.filter(application=application).exclude(answer="")
    escalation = answered.latest("answered_at")
    answer = {**params, "answer": escalation.answer}
    _tell_postings([escalation.asked_by], "application.superior_answered", answer, key)


def _superiors(application: Application) -> list[UUID]:
    """The accounts of the superiors of the office where the case stands."""
    step = Step.objects.get(application=application, state=Step.State.OPEN)
    postings = Posting.objects.in_force().filter(
        capacity=Posting.Capacity.SUPERIOR, department=step.department
    )
    return list(postings.values_list("account_id", flat=True))


def _tell_postings(accounts: list[UUID], kind: str, params: Params, key: str) -> None:
    for account_id in dict.fromkeys(accounts):
        tell(actor=JOB, account_id=account_id, subject_id=None, kind=kind, params=params, key=key)


def _in_own_words(application: Application) -> dict[str, str]:
    """What the applicant calls the item; the official name is for offices."""
    name = definition_for(application).plain_name
    return {"item": name.zh, "item_en": name.en}


def _params(application: Application) -> dict[str, Any]:
    return {
        "reference": application.reference,
        "item": application.item.name,
        "item_en": application.item.name_en,
        "due_on": application.due_on.isoformat() if application.due_on else None,
    }
