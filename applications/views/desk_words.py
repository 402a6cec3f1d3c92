"""Cases in the words of the desk: what was done, the time left, where a value comes from."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import Application, Rule
from applications.selectors.case import AnswerLine
from applications.states import State
from catalog.models import ServiceItem
from catalog.schema.definition import Question
from catalog.selectors.elements import elements
from catalog.text import in_english, local

SOON_DAYS = 1
MARK_KINDS = {"register": "", "licence": "licence", "you": "you", "doubt": "doubt"}
STATE_KINDS = {
    State.SUBMITTED: "info",
    State.ACCEPTED: "info",
    State.CORRECTING: "wait",
    State.ESCALATED: "wait",
    State.APPROVED: "ok",
    State.REJECTED: "stop",
}

VERBS: dict[str, Promise] = {
    "application.started": gettext_lazy("Began a form"),
    "application.saved": gettext_lazy("Saved answers"),
    "application.attached": gettext_lazy("Added a document"),
    "application.detached": gettext_lazy("Took a document back"),
    "application.release_taken": gettext_lazy("Went on with the new form"),
    "application.submitted": gettext_lazy("Handed the case in"),
    "queue.listed": gettext_lazy("Saw the covered name in a list of cases"),
    "application.claimed": gettext_lazy("Took the case in hand"),
    "application.released": gettext_lazy("Gave the case back to the office"),
    "application.viewed": gettext_lazy("Opened the case"),
    "application.rules.viewed": gettext_lazy("Saw what the rules say about the case"),
    "application.rules.checked": gettext_lazy("The rules were asked before the case went on"),
    "application.own.viewed": gettext_lazy("Looked at the own case"),
    "attachment.viewed": gettext_lazy("Opened a document"),
    "application.correction_asked": gettext_lazy("Asked for corrections"),
    "application.corrected": gettext_lazy("Answered the request for corrections"),
    "application.step_passed": gettext_lazy("Checked the case and passed it on"),
    "application.fact_stated": gettext_lazy("Wrote down a fact that was missing"),
    "application.stopped": gettext_lazy("Wanted to grant the case; a national rule stopped it"),
    "application.escalated": gettext_lazy("Put the case before a superior"),
    "application.escalation_decided": gettext_lazy("Answered as superior"),
    "application.approved": gettext_lazy("Granted the case"),
    "application.rejected": gettext_lazy("Did not grant the case"),
    "application.withdrawn": gettext_lazy("Took the case back"),
    "application.named_kept": gettext_lazy("Noted who else is named in the case"),
    "application.rated": gettext_lazy("Rated the service"),
    "case.opened_by_reason": gettext_lazy("Opened a case of another office for a reason"),
    "trail.viewed": gettext_lazy("Read the trail"),
    "alarm.seen": gettext_lazy("Took note of a red line"),
    "record.fetched": gettext_lazy("Asked a register"),
    "application.own.listed": gettext_lazy("Looked at the list of own cases"),
    "outcome.viewed": gettext_lazy("Opened the decision letter"),
    "value.revealed": gettext_lazy("Looked at a covered value in full"),
    "number.revealed": gettext_lazy("Saw in full the number of somebody named in a case"),
}


@dataclass(frozen=True, slots=True)
class Left:
    """Time left in words and as a bar: `used` days of `whole`."""

    words: str
    used: int
    whole: int
    kind: str


def left_of(application: Application, today: date) -> Left | None:
    """How long until the promised date; None for cases without one or already ended."""
    if application.due_on is None or application.submitted_at is None or application.has_ended:
        return None
    began = application.submitted_at.date()
    whole = max((application.due_on - began).days, 1)
    used = max((today - began).days, 0)
    if application.state == State.CORRECTING:
        return Left(_("The clock stands still"), used, whole, "")
    days = (application.due_on - today).days
    return Left(_left_words(application.due_on, days), used, whole, _left_kind(days))


def _left_words(due_on: date, days: int) -> str:
    when = formats.date_format(due_on, _("j M Y"))
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    if days == 0:
        return _("Due today")
    left = ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return _("%(left)s, promised for %(when)s at the latest") % {"left": left, "when": when}


def _left_kind(days: int) -> str:
    if days < 0:
        return "late"
    return "soon" if days <= SOON_DAYS else ""


def rule_words(rule: Rule) -> dict[str, str]:
    """The rule's name for the reader, with the language to mark on it."""
    has_english = in_english() and rule.title_en
    return {
        "title": rule.title_en if has_english else rule.title,
        "title_lang": "zh-Hans" if in_english() and not rule.title_en else "",
    }


def state_kind(application: Application) -> str:
    return STATE_KINDS.get(State(application.state), "")


def state_words(application: Application) -> str:
    """The state as the desk says it; the applicant is somebody else here."""
    if application.state == State.CORRECTING:
        return _("Waiting for the applicant to answer")
    return application.get_state_display()


def name_of(question: Question) -> str:
    """What an officer calls an answer: its data element; the question is put to the applicant."""
    element = elements().get(question.element)
    return str(element.name if element else question.title)


def verb_words(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def item_language(item: ServiceItem) -> str:
    """The language to mark on an item's name when it is not the page's."""
    return "zh-Hans" if in_english() and not item.name_en else ""


def source_words(answer: AnswerLine) -> str:
    """Whose word a value is: the authority and its date, or the applicant."""
    if answer.mark == "you":
        return _("The applicant wrote this")
    if answer.mark == "doubt" and answer.register_value:
        return _("The applicant wrote this; the register says %(value)s") % {
            "value": answer.register_value
        }
    if answer.mark == "doubt":
        return _("Not checked against a register yet")
    return " · ".join(part for part in (local(answer.authority), _local_day(answer.as_of)) if part)


def _local_day(moment: str) -> str:
    """The day of a moment in the portal's own time, as the applicant reads it too."""
    told = parse_datetime(moment)
    return formats.date_format(timezone.localdate(told), _("j M Y")) if told else ""
