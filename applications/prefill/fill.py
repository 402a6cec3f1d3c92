"""Filling the answers of a draft from the registers, each value with its source."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from applications.answer_values import Entry, keep, keep_answer
from applications.models import Answers, Application
from applications.prefill.registers import Asked, elements_of, registers_for
from audit.kernel.actors import Actor
from catalog.schema.definition import Definition, Question
from catalog.schema.elements import Unreadable, kinds
from identity.models import RecordFetch
from identity.records.fetch import Known, KnownValue, fetch_known


def fill_from_registers(
    *, actor: Actor, application: Application, definition: Definition
) -> list[str]:
    """Ask the registers and keep what they know; returns the codes of those that did not answer.

    Answers the applicant gave before stay. Reads and writes gated rows: `record()` comes first.
    """
    asked = registers_for(application, definition)
    answers = Answers.objects.get(application=application)
    values = dict(answers.values)
    failed: list[str] = []
    for about in dict.fromkeys(one.about for one in asked):
        mine = [one for one in asked if one.about == about]
        known = _fetch(actor, application, about, mine)
        failed += known.failed
        _keep_answers(values, application.pk, definition, known, elements_of(known.failed, mine))
        _keep_facts(values, application.pk, definition, known)
    answers.values = values
    answers.save(update_fields=["values"])
    return failed


def looked_up_types(application: Application) -> tuple[set[str], set[str]]:
    """The record types registers answered for this case, and those asked for without any answer.

    Documents an answered register proves need not be shown.
    """
    fetches = RecordFetch.objects.filter(application_reference=application.reference)
    types = defaultdict(set)
    for outcome, record_type in fetches.values_list("outcome", "source__record_type_id"):
        types[outcome].add(record_type)
    proven = types[RecordFetch.Outcome.ANSWERED]
    return proven, types[RecordFetch.Outcome.FAILED] - proven


def _fetch(actor: Actor, application: Application, about: UUID, asked: list[Asked]) -> Known:
    return fetch_known(
        actor=actor,
        subject_id=about,
        elements={name for one in asked for name in one.elements},
        item_code=application.item.code,
        application_reference=application.reference,
    )


def _keep_answers(
    values: dict[str, Any],
    application_id: UUID,
    definition: Definition,
    known: Known,
    unasked: set[str],
) -> None:
    for question in definition.questions():
        if values.get(question.key):
            continue
        told = known.values.get(question.element)
        if told is not None and (value := _usable(question, told)) is not None:
            kept = keep_answer(question, value, application_id)
            values[question.key] = _entry(told, kept)
        elif question.element in unasked:
            values[question.key] = {"checked": False}


def _keep_facts(
    values: dict[str, Any], application_id: UUID, definition: Definition, known: Known
) -> None:
    """What only the rules ask for: a value, or that its register knows of nothing."""
    for source in definition.facts.values():
        if source.origin != "record":
            continue
        key = f"record:{source.name}"
        told = known.values.get(source.name)
        if told is not None:
            kept = keep(told.value, application_id, key, sensitive=told.sensitive)
            values[key] = _entry(told, kept)
        elif source.name in known.none:
            values[key] = {"known_none": True}


def _usable(question: Question, told: KnownValue) -> Any:
    """The register's value as this question keeps it; None when it does not fit the question."""
    kind = kinds.get(question.kind)()
    try:
        return kind.parse(str(kind.typed(told.value)), question.schema)
    except Unreadable:
        return None


def _entry(told: KnownValue, kept: Any) -> Entry:
    authority: Mapping[str, str] = told.authority
    return {
        "value": kept,
        "source": told.source_code,
        "authority": dict(authority),
        "as_of": told.as_of.isoformat(),
        "snapshot": str(told.snapshot_id),
        "edited": False,
    }
