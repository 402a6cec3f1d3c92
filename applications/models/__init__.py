"""Everything a case consists of. Django finds the models here."""

from applications.models.answers import Answers
from applications.models.application import Application
from applications.models.attachment import Attachment
from applications.models.clock import Clock
from applications.models.correction import Correction
from applications.models.decision import Decision
from applications.models.holder import Holder
from applications.models.outcome import Outcome, OutcomeText
from applications.models.queue import Queue
from applications.models.rule import Alarm, Escalation, Rule
from applications.models.step import Step

__all__ = [
    "Alarm",
    "Answers",
    "Application",
    "Attachment",
    "Clock",
    "Correction",
    "Decision",
    "Escalation",
    "Holder",
    "Outcome",
    "OutcomeText",
    "Queue",
    "Rule",
    "Step",
]
