"""A draft goes on with the release that has taken the place of its own."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_own
from applications.actions.drafts import require_draft
from applications.answer_values import Entry, keep_raw, plain, typed
from applications.attachments.store import discard
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Answers, Application, Attachment
from applications.selectors.releases import NewRelease, newer_release
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.schema.definition import Definition, Question
from catalog.schema.elements import kinds
from catalog.selectors.definitions import definition_of


@transaction.atomic
def take_new_release(*, actor: Actor, reference: str) -> NewRelease | None:
    """Pin the draft to the release that holds now; None when it is pinned to it already.

    Answers to questions both releases ask stay. One that is asked as another kind of question stays
    as it was typed, to be looked at; what nobody asks any more is dropped, its files as well.
    """
    application = get_own(actor, reference, verb="submit", lock=True)
    require_draft(application)
    newer = newer_release(application, timezone.localdate())
    if newer is None or not newer.must_move:
        return None
    new = definition_of(newer.release.pk)
    if not new.pages:
        raise Refused(
            code="application.not_online_yet",
            message=_("This cannot be done online yet."),
            next_step=_("The guide says where and how it is done; 12345 helps as well."),
        )
    record_case(
        application,
        actor=actor,
        verb=Verb.RELEASE_TAKEN,
        detail={"from": application.release.number, "to": newer.release.number},
    )
    answers = Answers.objects.select_for_update().get(application=application)
    answers.values = _carried(definition_for(application), new, answers.values, application.pk)
    answers.save(update_fields=["values"])
    _drop_files(application, new)
    application.release = newer.release
    application.save(update_fields=["release"])
    return newer


def _carried(
    old: Definition, new: Definition, values: Mapping[str, Entry], application_id: UUID
) -> dict[str, Any]:
    """The entries as the new form takes them; those of registers and officers have a colon."""
    before = {one.key: one for one in old.questions()}
    kept: dict[str, Any] = {key: entry for key, entry in values.items() if ":" in key}
    for question in new.questions():
        entry = values.get(question.key)
        if entry is not None:
            kept[question.key] = _entry(before[question.key], question, entry, application_id)
    return kept


def _entry(before: Question, now: Question, entry: Entry, application_id: UUID) -> Entry:
    """The entry itself, or only its words where they answer another kind of question now."""
    if (before.element, before.kind, before.sensitivity) == (
        now.element,
        now.kind,
        now.sensitivity,
    ):
        return entry
    words = typed(before, entry, application_id)
    if not words and "value" in entry:
        opened = plain(entry["value"], application_id, before.key)
        words = str(kinds.get(before.kind)().typed(opened))
    return {"raw": keep_raw(now, words, application_id)} if words else {}


def _drop_files(application: Application, new: Definition) -> None:
    """Files of documents nobody asks for any more are not kept."""
    wanted = {material.code for material in new.materials if material.upload}
    files = Attachment.objects.filter(application=application, removed_at=None)
    gone = list(files.exclude(material__in=wanted))
    files.filter(pk__in=[one.pk for one in gone]).update(removed_at=timezone.now())
    for one in gone:
        transaction.on_commit(partial(discard, one.stored_as))
