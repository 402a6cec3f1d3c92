"""Putting right what an office asked for: only that, beside what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.access import get_own
from applications.actions.keep_named import keep_named
from applications.actions.mark_answers import mark_answers
from applications.actions.move import move
from applications.actions.pause import resume
from applications.answer_values import answered, keep_raw, note_of, plain
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Answers, Application, Correction, Holder
from applications.selectors.points import Point, points_of
from applications.selectors.sheet import Sheet
from applications.states import State
from applications.verbs import Verb
from applications.workflow.engine import open_step
from applications.workflow.holders import hold
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.schema.elements import Unreadable
from catalog.schema.form import read_answer


@dataclass(frozen=True, slots=True)
class Corrected:
    """Back at the office, with a new promised date."""

    application: Application


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What is left to do, by target; everything typed is kept."""

    application: Application
    errors: Mapping[str, str | Promise]


@transaction.atomic
def answer_correction(
    *,
    actor: Actor,
    reference: str,
    texts: Mapping[str, str],
    notes: Mapping[str, str],
    is_autosave: bool = False,
) -> Corrected | StillOpen:
    """Take the answers asked for. When all are there, the clock runs again and the case goes back
    to the officer who had it; saving by itself (autosave) never hands anything in."""
    application = get_own(actor, reference, verb="submit", lock=True)
    if application.state != State.CORRECTING:
        raise _nothing_asked()
    record_case(application, actor=actor, verb=Verb.SAVED)
    correction = Correction.objects.get(application=application, answered_at=None)
    answers = Answers.objects.get(application=application)
    readings = [
        _read(application, point, texts, notes) for point in points_of(application, correction)
    ]
    errors = {one.point.target: one.error for one in readings if one.error}
    is_final = not errors and not is_autosave
    answers.values = _with(application, answers.values, readings, is_final=is_final)
    answers.saved_at = timezone.now()
    answers.save(update_fields=["values", "saved_at"])
    sheet = Sheet(application, definition_for(application), answers.values)
    keep_named(sheet)
    if not is_final:
        application.save(update_fields=["named"])
        return StillOpen(application, {} if is_autosave else errors)
    _hand_back(actor, application, correction)
    mark_answers(sheet)
    return Corrected(application)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One point as it was answered: a usable value, or the sentence that says what to do."""

    point: Point
    raw: str
    note: str
    value: Any = None
    error: str | Promise = ""


def _read(
    application: Application, point: Point, texts: Mapping[str, str], notes: Mapping[str, str]
) -> _Reading:
    question = point.question
    if question is None:
        lacks = point.is_file and not point.new_files
        error = _("Please hand in: %(document)s") % {"document": point.title} if lacks else ""
        return _Reading(point, "", "", error=error)
    raw = texts.get(question.key, "")
    note = note_of(notes.get(question.key, ""))
    try:
        value = read_answer(question, raw)
    except Unreadable as unreadable:
        return _Reading(point, raw, note, error=unreadable.message)
    if value == plain(point.before, application.pk, question.key) and not note:
        error = _(
            "This is what stood there before: %(question)s. Change it, or say why it is right."
        ) % {"question": question.title}
        return _Reading(point, raw, note, error=error)
    return _Reading(point, raw, note, value)


def _with(
    application: Application,
    values: Mapping[str, Any],
    readings: list[_Reading],
    *,
    is_final: bool,
) -> dict[str, Any]:
    """The answers with the new ones in place or, until all are there, beside what stands."""
    changed = dict(values)
    for reading in readings:
        question = reading.point.question
        if question is None:
            continue
        entry = {name: part for name, part in values.get(question.key, {}).items() if name != "raw"}
        if reading.note:
            entry["note"] = reading.note
        if is_final:
            entry = answered(question, entry, reading.value, application.pk)
        elif reading.raw:
            entry["raw"] = keep_raw(question, reading.raw, application.pk)
        changed[question.key] = entry
    return changed


def _hand_back(actor: Actor, application: Application, correction: Correction) -> None:
    now = timezone.now()
    correction.answered_at = now
    correction.save(update_fields=["answered_at"])
    resume(application, at=now)
    hold(
        application,
        kind=Holder.Kind.DEPARTMENT,
        department=open_step(application).department,
        at=now,
    )
    move(application, State.ACCEPTED)
    record_case(application, actor=actor, verb=Verb.CORRECTED)


def _nothing_asked() -> Refused:
    return Refused(
        code="application.nothing_asked",
        message=gettext_lazy("Nothing is asked of you in this case now."),
        next_step=gettext_lazy("Its progress is in your space."),
    )
