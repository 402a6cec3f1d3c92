"""Asking the registers for one case: all at once, within one limit, never blocking anybody."""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from catalog.models import DataElement
from identity.models import (
    Organisation,
    PersonDetail,
    RecordFetch,
    RecordSnapshot,
    RecordSource,
    RecordUse,
)
from identity.records.consent import require_consent
from identity.records.registry import Connector, RecordSubject, connectors
from identity.records.transport import transport_for
from identity.sealed.masks import MASK_OF_KIND
from identity.sealed.text import seal_text

FETCHED = "record.fetched"


@dataclass(frozen=True, slots=True)
class KnownValue:
    """One fact as a register gave it. Printing it does not show the value."""

    value: Any = field(repr=False)
    source_code: str
    authority: Mapping[str, str]
    as_of: datetime
    snapshot_id: UUID
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers said: facts, facts of which they know that there are none, and failures.

    An element in neither `values` nor `none` is unknown and has to be asked.
    """

    values: Mapping[str, KnownValue] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    failed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Question:
    source: RecordSource
    connector: Connector
    elements: list[str]


@dataclass(frozen=True, slots=True)
class _Answer:
    question: _Question
    facts: Mapping[str, Any] | None = field(repr=False)
    milliseconds: int

    @property
    def outcome(self) -> str:
        if self.facts is None:
            return RecordFetch.Outcome.FAILED
        return RecordFetch.Outcome.ANSWERED if self.facts else RecordFetch.Outcome.NOTHING


@transaction.atomic
def fetch_known(
    *,
    actor: Actor,
    subject_id: UUID,
    elements: Collection[str],
    item_code: str,
    application_reference: str = "",
) -> Known:
    """What the registers know of this subject among `elements`.

    Refused without a live consent for the item that covers every register asked. Sources that are
    slow, down or talk nonsense are listed in `failed`, and what they would know is asked by hand.
    """
    organisation = Organisation.objects.filter(pk=subject_id).first()
    questions = _questions(elements, "organisation" if organisation else "person")
    require_consent(subject_id, item_code, [one.source.record_type_id for one in questions])
    record(
        actor=actor,
        verb=FETCHED,
        on=ObjectRef("applications.application", application_reference),
        subjects=[subject_id],
        purpose=Purpose.case(application_reference) if application_reference else Purpose.own(),
        detail={"item": item_code, "asked": {one.source.code: one.elements for one in questions}},
    )
    if not questions:
        return Known()
    answers = _ask_all(questions, _subject(subject_id, organisation))
    return _keep(answers, actor, subject_id, item_code, application_reference)


def sources_for(elements: Collection[str], about: str) -> list[tuple[RecordSource, list[str]]]:
    """The registers in use that know some of these elements, each with what it is asked."""
    found = []
    for source in RecordSource.objects.filter(enabled=True).order_by("code"):
        if source.code not in connectors:
            continue
        connector = connectors.get(source.code)
        known = [name for name in connector.provides if name in elements]
        if known and about in connector.about:
            found.append((source, known))
    return found


def _questions(elements: Collection[str], about: str) -> list[_Question]:
    seconds = float(settings.RECORD_TIMEOUT_SECONDS)
    return [
        _Question(
            source,
            connectors.get(source.code)(transport_for(source.code, source.endpoint, seconds)),
            known,
        )
        for source, known in sources_for(elements, about)
    ]


def _subject(subject_id: UUID, organisation: Organisation | None) -> RecordSubject:
    """The number to ask by. That it was opened is part of the entry just recorded."""
    if organisation is not None:
        return RecordSubject("organisation", organisation.credit_code)
    number = PersonDetail.objects.get(pk=subject_id).citizen_number
    return RecordSubject("person", number.open_unrecorded())


def _ask_all(questions: Sequence[_Question], subject: RecordSubject) -> list[_Answer]:
    """Ask in parallel threads; who has not answered at the limit has not answered."""
    begun = time.monotonic()
    pool = ThreadPoolExecutor(max_workers=len(questions), thread_name_prefix="record")
    asked = [pool.submit(_ask, one, subject) for one in questions]
    wait(asked, timeout=float(settings.RECORD_TIMEOUT_SECONDS))
    pool.shutdown(wait=False, cancel_futures=True)
    waited = int((time.monotonic() - begun) * 1000)
    return [_result(one, future, waited) for one, future in zip(questions, asked, strict=True)]


def _ask(question: _Question, subject: RecordSubject) -> tuple[Mapping[str, Any] | None, int]:
    begun = time.monotonic()
    facts: Mapping[str, Any] | None
    try:
        facts = question.connector.fetch(subject, question.elements)
    except Exception:  # noqa: BLE001 - whatever a foreign system does, the form goes on
        facts = None
    return facts, int((time.monotonic() - begun) * 1000)


def _result(
    question: _Question,
    future: "Future[tuple[Mapping[str, Any] | None, int]]",
    waited: int,
) -> _Answer:
    if not future.done() or future.cancelled():
        return _Answer(question, None, waited)
    facts, milliseconds = future.result()
    return _Answer(question, facts, milliseconds)


def _keep(
    answers: Sequence[_Answer], actor: Actor, subject_id: UUID, item_code: str, reference: str
) -> Known:
    """Write down that was asked, what was said and where it is used; return it."""
    now = timezone.now()
    RecordFetch.objects.bulk_create(
        RecordFetch(
            account_id=actor.account_id,
            subject_id=subject_id,
            source=answer.question.source,
            item_code=item_code,
            application_reference=reference,
            outcome=answer.outcome,
            at=now,
            milliseconds=answer.milliseconds,
        )
        for answer in answers
    )
    sensitive = _sensitive(answers)
    values: dict[str, KnownValue] = {}
    none: set[str] = set()
    for answer in answers:
        if answer.facts is None:
            continue
        none.update(set(answer.question.elements) - set(answer.facts))
        if answer.facts:
            snapshot = _snapshot(answer, subject_id, now, sensitive)
            _note_use(snapshot, answer.facts, reference)
            values.update(_values(answer, snapshot, sensitive))
    failed = [answer.question.source.code for answer in answers if answer.facts is None]
    return Known(values, frozenset(none), tuple(failed))


def _sensitive(answers: Sequence[_Answer]) -> dict[str, str]:
    """The elements that are kept sealed, and the mask each of them takes."""
    told = {name for answer in answers for name in answer.facts or ()}
    kept_sealed = DataElement.objects.filter(
        code__in=told, sensitivity=DataElement.Sensitivity.SENSITIVE
    )
    kinds = kept_sealed.values_list("code", "kind")
    return {code: MASK_OF_KIND.get(kind, "text") for code, kind in kinds}


def _snapshot(
    answer: _Answer, subject_id: UUID, as_of: datetime, sensitive: Mapping[str, str]
) -> RecordSnapshot:
    snapshot_id = uuid4()
    payload = {
        name: seal_text(str(fact), snapshot_place(snapshot_id, name), mask=sensitive[name])
        if name in sensitive
        else fact
        for name, fact in (answer.facts or {}).items()
    }
    snapshot = RecordSnapshot(
        id=snapshot_id,
        subject_id=subject_id,
        source=answer.question.source,
        payload=payload,
        as_of=as_of,
    )
    snapshot.save(force_insert=True)
    return snapshot


def snapshot_place(snapshot_id: UUID, element: str) -> str:
    """Where a sealed value of a snapshot lies; needed to open it again."""
    return f"identity_recordsnapshot.payload:{snapshot_id}:{element}"


def _note_use(snapshot: RecordSnapshot, elements: Collection[str], reference: str) -> None:
    if reference:
        RecordUse.objects.create(
            snapshot=snapshot,
            subject_id=snapshot.subject_id,
            application_reference=reference,
            elements=sorted(elements),
        )


def _values(
    answer: _Answer, snapshot: RecordSnapshot, sensitive: Collection[str]
) -> dict[str, KnownValue]:
    source = answer.question.source
    return {
        name: KnownValue(
            value=fact,
            source_code=source.code,
            authority={"zh": source.name_zh, "en": source.name_en},
            as_of=snapshot.as_of,
            snapshot_id=snapshot.id,
            sensitive=name in sensitive,
        )
        for name, fact in (answer.facts or {}).items()
    }
