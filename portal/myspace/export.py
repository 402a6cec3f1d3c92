"""Everything the portal keeps about somebody, as one file for that person."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone

from applications.answer_values import plain
from applications.models import (
    Answers,
    Application,
    Attachment,
    Correction,
    Decision,
    Outcome,
    OutcomeText,
)
from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.access import account_at_work
from identity.models import (
    Consent,
    Dispute,
    Mandate,
    Message,
    Organisation,
    PersonDetail,
    QuestionText,
    RecordFetch,
    RecordSnapshot,
)
from identity.sealed.reveal import reveal
from identity.sealed.value import Sealed
from identity.selectors.look_questions import questions_of
from identity.selectors.looks import Reader, reader_of
from identity.selectors.messages import readable
from portal.myspace.looks import (
    Looks,
    looks_by_checkers,
    looks_by_citizens,
    looks_by_operator,
    looks_by_people,
    own_looks,
)
from portal.myspace.records import shown

EXPORTED = "data.exported"
BY_OTHERS = (looks_by_people, looks_by_checkers, looks_by_citizens, looks_by_operator)


def export_own_data(actor: Actor, subjects: Collection[UUID]) -> dict[str, Any]:
    """The file's content. It is complete before a byte is sent, and the act is in the trail."""
    record(
        actor=actor,
        verb=EXPORTED,
        on=ObjectRef("space.export", str(actor.person_id)),
        subjects=list(subjects),
        purpose=Purpose.own(),
    )
    cases = Application.objects.about(list(subjects)).select_related("item")
    return {
        "made_at": timezone.now(),
        "person": _person(actor),
        "organisations": _rows(
            Organisation.objects.filter(legal_representative_id=actor.person_id),
            "name",
            "credit_code",
            "kind",
            "address",
        ),
        "cases": [_case(application) for application in cases.order_by("created_at")],
        **_registers(subjects),
        "mandates_given": _rows(
            Mandate.objects.filter(for_person_id=actor.person_id),
            "kind",
            "item_codes",
            "verbs",
            "valid_from",
            "valid_to",
            "revoked_at",
        ),
        "who_looked": _looks(actor, subjects, BY_OTHERS),
        "messages": _messages(actor, subjects),
        "own_looks": _looks(actor, subjects, (own_looks,)),
        "asked_why": _questions(actor, subjects),
    }


def _registers(subjects: Collection[UUID]) -> dict[str, Any]:
    """What registers were asked, what they said, what was allowed and what is contested."""
    about = {"subject_id__in": subjects}
    return {
        "register_answers": [
            {
                "source": snapshot.source_id,
                "as_of": snapshot.as_of,
                "values": {name: shown(value) for name, value in snapshot.payload.items()},
            }
            for snapshot in RecordSnapshot.objects.filter(**about).order_by("as_of")
        ],
        "registers_asked": _rows(
            RecordFetch.objects.filter(**about).order_by("at"),
            "source_id",
            "item_code",
            "application_reference",
            "outcome",
            "at",
        ),
        "consents": _rows(
            Consent.objects.filter(**about), "item_code", "record_types", "given_at", "withdrawn_at"
        ),
        "contested": _rows(
            Dispute.objects.filter(**about),
            "source_id",
            "element",
            "statement",
            "earlier",
            "state",
            "raised_at",
            "answered_at",
            "answer",
        ),
    }


def _rows(queryset: QuerySet[Any], *columns: str) -> list[dict[str, Any]]:
    return list(queryset.values(*columns))


def _person(actor: Actor) -> dict[str, Any]:
    detail = PersonDetail.objects.get(pk=actor.person_id)
    return {
        "name": detail.name,
        "identity_number": _open(actor, detail, detail.citizen_number),
        "phone": _open(actor, detail, detail.phone),
        "birth_date": detail.birth_date,
        "sex": detail.sex,
        "household_address": detail.household_address,
    }


def _open(actor: Actor, detail: Model, sealed: Sealed | None) -> str | None:
    """One's own sensitive value in full, by the one way there is."""
    if sealed is None or actor.person_id is None:
        return None
    target = ObjectRef("identity.person", str(actor.person_id))
    return reveal(sealed, actor=actor, purpose=Purpose.own(), on=target, subject_id=actor.person_id)


def _case(application: Application) -> dict[str, Any]:
    answers = Answers.objects.filter(application=application).first()
    outcome = Outcome.objects.filter(application=application).first()
    text = OutcomeText.objects.filter(outcome=outcome).first() if outcome else None
    mine = {"application": application}
    return {
        "reference": application.reference,
        "item": application.item.name,
        "state": application.state,
        "started_at": application.created_at,
        "handed_in_at": application.submitted_at,
        "promised_for": application.due_on,
        "decided_at": application.decided_at,
        "answers": _answers(application, answers),
        "files": _rows(
            Attachment.objects.filter(**mine), "material", "name", "size", "sha256", "uploaded_at"
        ),
        "corrections": _rows(
            Correction.objects.filter(**mine), "points", "asked_at", "last_day", "answered_at"
        ),
        "decisions": _rows(Decision.objects.filter(**mine), "kind", "reason", "grounds", "at"),
        "outcome": None
        if outcome is None or text is None
        else {"number": outcome.number, "issued_at": outcome.issued_at, "text": text.body},
    }


def _answers(application: Application, answers: Answers | None) -> dict[str, Any]:
    if answers is None:
        return {}
    return {
        key: {**entry, "value": plain(entry["value"], application.pk, key)}
        for key, entry in answers.values.items()
        if "value" in entry
    }


def _messages(actor: Actor, subjects: Collection[UUID]) -> list[dict[str, Any]]:
    """What the inbox was told about these, in the reader's language."""
    told = Message.objects.filter(account_id=account_at_work(actor), subject_id__in=subjects)
    return [
        {"at": one.written_at, "title": one.title, "text": one.body, "read": one.is_read}
        for one in map(readable, told.order_by("created_at", "id"))
    ]


def _looks(
    actor: Actor, subjects: Collection[UUID], lists: Collection[Callable[[Reader, str], Looks]]
) -> list[dict[str, Any]]:
    """Every look of these lists, each newest first, in the page's words; none is folded into
    another."""
    reader = replace(reader_of(actor), subjects=list(subjects))
    looks = []
    for looks_of in lists:
        cursor = None
        while cursor != "":
            found = looks_of(reader, cursor or "")
            looks += found.single
            cursor = found.page.after
    return [
        {
            "at": one.at,
            "office": one.office,
            "as": one.post,
            "what": one.what,
            "seen": one.seen,
            "deleted": one.deleted,
            "why": one.why,
            "found": [{"at": found.at, "what": found.words} for found in one.found],
            "words_removed_by_law_at": one.erased.at if one.erased else None,
        }
        for one in looks
    ]


def _questions(actor: Actor, subjects: Collection[UUID]) -> list[dict[str, Any]]:
    """What was asked about looks, and the answers."""
    asked = questions_of(account_at_work(actor), subjects)
    texts = QuestionText.objects.in_bulk([one.pk for one in asked])
    return [
        {
            "number": one.reference,
            "asked_at": one.asked_at,
            "question": texts[one.pk].words,
            "answered_at": one.answered_at,
            "result": one.get_verdict_display(),
            "answer": texts[one.pk].answer,
        }
        for one in asked
    ]
