"""The knots of one case's line, from asking to outcome (`components/thread.html`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application, Clock, Escalation, Step
from applications.states import ENDED, State
from catalog.schema.definition import Definition, StepPlan

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a case's way; officers are named only to its owner."""

    application: Application
    definition: Definition
    steps: Sequence[Step]
    pauses: Sequence[Clock]
    escalations: Sequence[Escalation]
    names_officer: bool

    def plan(self, step: Step) -> StepPlan | None:
        return next((one for one in self.definition.steps if one.code == step.code), None)

    def title(self, step: Step) -> str:
        plan = self.plan(step)
        return str(plan.title) if plan else step.code

    def words(self, step: Step) -> str:
        plan = self.plan(step)
        return str(plan.plain) if plan else ""


def thread_of(history: History) -> list[Entry]:
    """What was done in the order of time, then what is now, then what comes."""
    done = sorted([*_own_acts(history), *_steps_done(history)], key=lambda entry: entry["at"])
    if history.application.state in ENDED:
        return [*done, *_ending(history.application)]
    return [*done, *_now(history), *_next(history)]


def _own_acts(history: History) -> list[Entry]:
    """Handing in, what was asked and answered, and what a superior was asked."""
    application = history.application
    entries: list[Entry] = []
    if application.submitted_at is not None:
        entries.append({"title": _("You handed it in"), "at": application.submitted_at})
    for pause in history.pauses:
        entries.append({"title": _("The office asked you for something"), "at": pause.paused_at})
        if pause.resumed_at is not None and application.state != State.WITHDRAWN:
            entries.append({"title": _("You answered"), "at": pause.resumed_at})
    for escalation in history.escalations:
        entries.append({"title": _("Put before a superior"), "at": escalation.asked_at})
        if escalation.answered_at is not None:
            entries.append({"title": _("The superior answered"), "at": escalation.answered_at})
    return entries


def _steps_done(history: History) -> list[Entry]:
    return [
        {"title": history.title(step), "at": step.done_at, "who": _who(history, step)}
        for step in history.steps
        if step.state == Step.State.DONE and step.done_at is not None
    ]


def _now(history: History) -> list[Entry]:
    state = history.application.state
    if state == State.DRAFT:
        return [{"title": _("You are filling it in"), "kind": "now"}]
    if state == State.CORRECTING:
        note = _("The clock stands still until you answer.")
        return [{"title": _("Waiting for you"), "kind": "now", "note": note}]
    if state == State.ESCALATED:
        note = _("A rule asks for a superior's word. You need not do anything.")
        return [{"title": _("A superior looks at it"), "kind": "now", "note": note}]
    return [
        {
            "title": history.title(step),
            "kind": "now",
            "note": history.words(step),
            "at": step.opened_at,
            "who": step.department.display_name,
        }
        for step in history.steps
        if step.state == Step.State.OPEN
    ]


def _next(history: History) -> list[Entry]:
    entries: list[Entry] = [
        {
            "title": history.title(step),
            "kind": "next",
            "note": history.words(step),
            "who": step.department.display_name,
        }
        for step in history.steps
        if step.state == Step.State.WAITING
    ]
    return [*entries, {"title": _("Done, and the result is in your space"), "kind": "next"}]


def _ending(application: Application) -> list[Entry]:
    if application.state == State.WITHDRAWN:
        return [{"title": _("You took it back"), "at": application.updated_at}]
    granted = application.state == State.APPROVED
    title = _("Granted") if granted else _("Not granted")
    return [{"title": title, "kind": "" if granted else "stop", "at": application.decided_at}]


def _who(history: History, step: Step) -> str:
    office = step.department.display_name
    if history.names_officer and step.done_label:
        return _("%(office)s, officer %(officer)s") % {
            "office": office,
            "officer": step.done_label,
        }
    return office
