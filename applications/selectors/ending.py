"""How a case ended: by whom, with which letter, against which red lines. Read after record."""

from collections.abc import Sequence
from dataclasses import dataclass

from applications.models import Alarm, Application, Decision, Escalation, Outcome

FINAL = (Decision.Kind.APPROVED, Decision.Kind.REJECTED)


@dataclass(frozen=True, slots=True)
class Ending:
    """The last word on a case. A case that was taken back has none."""

    decision: Decision | None
    outcome: Outcome | None
    red_lines: tuple[tuple[Alarm, bool], ...]
    """Each alarm, and whether a superior had allowed it."""


def ending_of(
    application: Application, decisions: Sequence[Decision], escalations: Sequence[Escalation]
) -> Ending | None:
    """None while the case is open."""
    if not application.has_ended:
        return None
    allowed = {
        code for one in escalations if one.answer == Escalation.Answer.ALLOWED for code in one.rules
    }
    alarms = Alarm.objects.filter(application=application).select_related("rule").order_by("id")
    return Ending(
        decision=next((one for one in reversed(decisions) if one.kind in FINAL), None),
        outcome=Outcome.objects.filter(application=application).first(),
        red_lines=tuple((alarm, alarm.rule.code in allowed) for alarm in alarms),
    )
