"""Keeping what an applicant types: what can be used as a value, what cannot as it was typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from applications.access import get_own
from applications.actions.drafts import require_draft
from applications.answer_values import (
    Entry,
    answered,
    is_from_register,
    keep_raw,
    note_of,
    restored,
)
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Answers, Application
from applications.selectors.sheet import Sheet
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.schema.definition import Page, Question
from catalog.schema.elements import Unreadable
from catalog.schema.form import read_answer
from identity.actions.dispute_record import dispute_record
from identity.models import RecordSnapshot, RecordSource


@dataclass(frozen=True, slots=True)
class Typed:
    """What came from one page: which questions it showed, what was typed, which known values the
    applicant opened to say otherwise, each with a note, and which are to stay as registered."""

    shown: Collection[str]
    texts: Mapping[str, str]
    opened: Collection[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    kept: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it: the sheet as it is now, and a sentence for each answer to put right."""

    sheet: Sheet
    errors: Mapping[str, str | Promise]
    more: bool
    saved_at: datetime


@transaction.atomic
def save_answers(
    *, actor: Actor, reference: str, slug: str, typed: Typed, is_autosave: bool = False
) -> Saved:
    """Save one page. `more` says that an answer brought up further questions on the same page.

    Saving by itself (autosave) is silent: it keeps everything and points at nothing.
    """
    application = get_own(actor, reference, verb="submit", lock=True)
    require_draft(application)
    record_case(application, actor=actor, verb=Verb.SAVED)
    page = _page(application, slug)
    answers = Answers.objects.get(application=application)
    values = dict(answers.values)
    sheet, errors = _take(application, page, values, typed)
    now = timezone.now()
    if not is_autosave:
        _contest(actor, page, values, typed, errors)
    answers.values = values
    answers.saved_at = now
    answers.save(update_fields=["values", "saved_at"])
    application.last_page = slug
    application.updated_at = now
    application.save(update_fields=["last_page", "updated_at"])
    more = any(
        question.key not in typed.shown and "value" not in sheet.entry(question.key)
        for question in sheet.questions(page)
    )
    return Saved(sheet, {} if is_autosave else errors, more, now)


def _page(application: Application, slug: str) -> Page:
    try:
        return definition_for(application).page(slug)
    except LookupError:
        raise Refused(
            code="application.no_such_page",
            message=_("This form has no such page."),
            next_step=_("Open the request again from your space."),
            status=404,
        ) from None


def _take(
    application: Application, page: Page, values: dict[str, Any], typed: Typed
) -> tuple[Sheet, dict[str, str | Promise]]:
    """Take the page's answers in their order: a later one may depend on an earlier one."""
    errors: dict[str, str | Promise] = {}
    definition = definition_for(application)
    for question in page.questions:
        if question.key not in typed.shown:
            continue
        if question.key not in Sheet(application, definition, values).applying:
            continue
        entry = dict(values.get(question.key, {}))
        if question.key in typed.kept:
            values[question.key] = restored(entry)
            continue
        if _is_settled(entry, question.key in typed.opened):
            entry.pop("raw", None)
            values[question.key] = entry
            continue
        raw = typed.texts.get(question.key, "")
        try:
            value = read_answer(question, raw)
        except Unreadable as unreadable:
            errors[question.key] = unreadable.message
            entry = _unusable(question, entry, raw, application)
        else:
            entry = answered(question, entry, value, application.pk)
        note = note_of(typed.notes.get(question.key, ""))
        values[question.key] = {**entry, "note": note} if note else entry
    return Sheet(application, definition, values), errors


def _is_settled(entry: Entry, is_opened: bool) -> bool:
    """Known values, and sealed ones, change only when the applicant opened them."""
    if is_opened or "value" not in entry:
        return False
    return is_from_register(entry) or isinstance(entry["value"], dict)


def _unusable(question: Question, entry: Entry, raw: str, application: Application) -> Entry:
    """Keep what was typed. A register's value stays as it is until a usable one takes its place."""
    kept = {**entry, "raw": keep_raw(question, raw, application.pk)}
    if not is_from_register(entry):
        kept.pop("value", None)
    return kept


def _contest(
    actor: Actor,
    page: Page,
    values: dict[str, Any],
    typed: Typed,
    errors: Mapping[str, object],
) -> None:
    """Tell the register's keeper what the applicant says is right."""
    sources = RecordSource.objects.in_bulk()
    for question in page.questions:
        entry = values.get(question.key, {})
        if question.key not in typed.opened or question.key in errors or not entry.get("edited"):
            continue
        register = entry["register"]
        source = sources.get(register["source"])
        if source is not None:
            snapshot = RecordSnapshot.objects.get(pk=register["snapshot"])
            dispute_record(
                actor=actor,
                subject_id=snapshot.subject_id,
                source=source,
                element=question.element,
                statement=entry.get("note", ""),
            )
