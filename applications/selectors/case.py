"""The whole file of one case, as an officer reads it. Call it after the view is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from applications.compliance.evaluate import Verdict, rules_for
from applications.definitions import definition_for
from applications.models import (
    Answers,
    Application,
    Attachment,
    Correction,
    Decision,
    Escalation,
    Holder,
    Step,
)
from applications.outcomes.letter import in_words
from applications.selectors.ending import Ending, ending_of
from applications.selectors.rounds import Round, rounds_of
from applications.selectors.stated import StatedFact, stated_facts
from catalog.schema.definition import Definition, Page, Question


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer and where it came from.

    `mark` is the source mark: register, licence, you, doubt. `is_sealed` values show their mask.
    """

    question: Question
    value: str
    mark: str
    authority: Mapping[str, str] | None
    as_of: str
    is_sealed: bool
    is_user_text: bool
    register_value: str
    note: str


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    page: Page
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    application: Application
    definition: Definition
    groups: tuple[AnswerGroup, ...]
    attachments: tuple[Attachment, ...]
    steps: tuple[Step, ...]
    holders: tuple[Holder, ...]
    corrections: tuple[Correction, ...]
    decisions: tuple[Decision, ...]
    escalations: tuple[Escalation, ...]
    verdict: Verdict | None
    rounds: tuple[Round, ...]
    stated: tuple[StatedFact, ...]
    ending: Ending | None
    known_count: int
    asked_count: int


def read_case(application: Application, verdict: Verdict | None = None) -> CaseFile:
    """Everything of one case; each part is one query."""
    definition = definition_for(application)
    answers = Answers.objects.filter(application=application).first()
    values = answers.values if answers else {}
    groups = answer_groups(definition, values)
    corrections = tuple(_of(Correction.objects.all(), application, "asked_at"))
    decisions = tuple(_of(Decision.objects.select_related("department"), application, "at"))
    escalations = tuple(_of(Escalation.objects.all(), application, "asked_at"))
    lines = [line for group in groups for line in group.lines]
    return CaseFile(
        application=application,
        definition=definition,
        groups=groups,
        attachments=tuple(
            Attachment.objects.filter(application=application, removed_at=None).order_by(
                "uploaded_at"
            )
        ),
        steps=tuple(
            Step.objects.filter(application=application)
            .select_related("department")
            .order_by("order")
        ),
        holders=tuple(_of(Holder.objects.select_related("department"), application, "since")),
        corrections=corrections,
        decisions=decisions,
        escalations=escalations,
        verdict=verdict,
        rounds=rounds_of(application, corrections, values),
        stated=stated_facts(values, definition, rules_for(application.item.code)),
        ending=ending_of(application, decisions, escalations),
        known_count=sum(line.mark in ("register", "licence") for line in lines),
        asked_count=sum(line.mark in ("you", "doubt") for line in lines),
    )


def answer_groups(
    definition: Definition, values: Mapping[str, Mapping[str, Any]]
) -> tuple[AnswerGroup, ...]:
    """The given answers page by page; pages nothing was answered on are left out."""
    groups = []
    for page in definition.pages:
        lines = tuple(
            answer_line(question, values[question.key])
            for question in page.questions
            if "value" in values.get(question.key, {})
        )
        if lines:
            groups.append(AnswerGroup(page, lines))
    return tuple(groups)


def answer_line(question: Question, entry: Mapping[str, Any]) -> AnswerLine:
    value = entry["value"]
    from_register = entry.get("register_value")
    return AnswerLine(
        question=question,
        value=in_words(question, value),
        mark=_mark(entry),
        authority=entry.get("authority"),
        as_of=entry.get("as_of") or "",
        is_sealed=isinstance(value, Mapping),
        is_user_text=entry.get("source") == "you" and not question.options,
        register_value=in_words(question, from_register) if from_register is not None else "",
        note=str(entry.get("note", "")),
    )


def _mark(entry: Mapping[str, Any]) -> str:
    """Whose word a value is; one that differs from its register or is unchecked is in doubt."""
    if entry.get("edited") or entry.get("checked") is False:
        return "doubt"
    if entry.get("source") == "you":
        return "you"
    return "licence" if entry.get("source") == "licences" else "register"


def _of(rows: QuerySet, application: Application, order: str) -> QuerySet:
    return rows.filter(application=application).order_by(order)
