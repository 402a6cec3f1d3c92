"""The way of a case and its end, in the words of the desk."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Decision
from applications.selectors.case import CaseFile
from applications.selectors.ending import Ending
from applications.selectors.history import Act, Looks, history_of
from applications.verbs import Verb
from applications.views.desk_words import rule_words, state_kind, verb_words

STOPS = frozenset({Verb.STOPPED, Verb.REJECTED})


def history_lines(file: CaseFile) -> list[dict[str, Any]]:
    """The knots of the line (`components/thread.html`), oldest first."""
    return [_line(one) for one in history_of(file.application, file.decisions)]


def _line(one: Act | Looks) -> dict[str, Any]:
    who = one.who or _("Applicant")
    title = verb_words(one.verb)
    if isinstance(one, Looks):
        times = ngettext("%(times)d time", "%(times)d times", one.times) % {"times": one.times}
        last = formats.date_format(timezone.localtime(one.at), _("j M Y, H:i"))
        when = _("%(times)s, last on %(when)s") % {"times": times, "when": last}
        return {"title": title, "who": who, "when": when, "kind": "view"}
    line: dict[str, Any] = {
        "title": title,
        "who": who,
        "at": one.at,
        "kind": "stop" if one.verb in STOPS else "",
    }
    return line if one.decision is None else line | _words_of(one.decision)


def _words_of(decision: Decision) -> dict[str, Any]:
    """The written word beside the act, with its document."""
    note = decision.reason
    if decision.document:
        document = _("Document: %(document)s") % {"document": decision.document}
        note = "\n".join(part for part in (note, document) if part)
    return {"title": decision.get_kind_display(), "note": note, "user_text": True}


def ending_context(file: CaseFile) -> dict[str, Any] | None:
    """Result, post, day, grounds, red lines of then and the letter; None while it is open."""
    ending = file.ending
    if ending is None:
        return None
    application, decision = file.application, ending.decision
    return {
        "result": application.get_state_display(),
        "kind": state_kind(application),
        "is_granted": decision is not None and decision.kind == Decision.Kind.APPROVED,
        "at": application.decided_at or application.updated_at,
        "post": _post(decision),
        "reason": decision.reason if decision else "",
        "grounds": decision.grounds if decision else [],
        "number": ending.outcome.number if ending.outcome else "",
        "red_lines": _red_lines(ending),
    }


def _post(decision: Decision | None) -> str:
    if decision is None:
        return ""
    return f"{decision.department.display_name} · {decision.by_label}"


def _red_lines(ending: Ending) -> list[dict[str, Any]]:
    return [
        {"code": alarm.rule.code, "allowed": is_allowed, **rule_words(alarm.rule)}
        for alarm, is_allowed in ending.red_lines
    ]
