"""Contested values at the desk of the department that keeps the register."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.trail import ObjectRef
from identity.access import own_affairs_of
from identity.models import (
    Dispute,
    DisputeNotice,
    Organisation,
    PersonDetail,
    RecordSnapshot,
)
from identity.records.fetch import snapshot_place
from identity.rights import WORK_DEPARTMENT, rights_of
from identity.sealed.text import is_sealed_text, open_text
from identity.selectors.numbered import digests_in, people_behind

DEPARTMENT = "catalog.Department"


@dataclass(frozen=True, slots=True)
class ContestedValue:
    """One dispute as the office of the register reads it: who, what the register says, what not.

    `value` is as the register said it last; None when it is not on record here. `others`: who
    else stands in it, such as a spouse, by an identity number.
    """

    notice: DisputeNotice
    dispute: Dispute
    name: str
    number: str
    value: Any
    others: tuple[UUID, ...]


def disputes_at(actor: Actor) -> QuerySet[DisputeNotice]:
    """What waits for an answer of this clerk's department. Index rows: nothing personal.

    The department is the one the officer is posted to now and whose work the officer's group may
    do; what an officer contests in private life is left to colleagues.
    """
    if actor.capacity is not Capacity.CLERK:
        return DisputeNotice.objects.none()
    granted = rights_of(actor).ids(DEPARTMENT, WORK_DEPARTMENT)
    return (
        DisputeNotice.objects.filter(
            answered_at=None,
            source__department__in=[int(pk) for pk in granted],
            source__department__code=actor.department_code,
        )
        .exclude(subject_id__in=own_affairs_of(actor.account_id))
        .select_related("source")
    )


def get_dispute_at(actor: Actor, reference: str, *, lock: bool = False) -> DisputeNotice:
    """One of them; refused for those of other offices, answered ones and unknown ones alike."""
    waiting = disputes_at(actor)
    if lock:
        waiting = waiting.select_for_update(of=("self",))
    notice = waiting.filter(reference=reference).first()
    if notice is None:
        raise Refused(
            code="dispute.not_at_your_desk",
            message=_("No such contested value waits at your office."),
            next_step=_("Go back to the list: a colleague may have answered it already."),
            status=404,
            attempted=_elsewhere(reference),
        )
    return notice


def _elsewhere(reference: str) -> ObjectRef | None:
    """The dispute of this number, wherever it lies: for the trail alone."""
    notice = DisputeNotice.objects.filter(reference=reference).first()
    return ObjectRef("identity.dispute", str(notice.dispute_id)) if notice else None


def contested_value(notice: DisputeNotice) -> ContestedValue:
    """The words and the value behind a notice. Gated: record first."""
    subject = notice.subject_id
    person = PersonDetail.objects.filter(pk=subject).first()
    firm = Organisation.objects.filter(pk=subject).first() if person is None else None
    told = (
        RecordSnapshot.objects.filter(
            subject_id=subject, source=notice.source_id, payload__has_key=notice.element
        )
        .order_by("-as_of")
        .first()
    )
    dispute = Dispute.objects.get(pk=notice.dispute_id)
    numbers = people_behind(digests_in(_words_of(dispute, told)))
    return ContestedValue(
        notice=notice,
        dispute=dispute,
        name=person.name if person else firm.name if firm else "",
        number=str(person.citizen_number) if person else firm.credit_code if firm else "",
        value=told.payload[notice.element] if told else None,
        others=tuple(one for one in numbers.values() if one != subject),
    )


def _words_of(dispute: Dispute, told: RecordSnapshot | None) -> Iterator[str]:
    """What was said of a value, and what the register says of the one whose it is: a spouse's name
    says who is meant by the number beside it."""
    yield dispute.statement
    for one in dispute.earlier:
        yield str(one["statement"])
    if told is not None:
        whose = dispute.element.partition(".")[0] + "."
        for element, kept in told.payload.items():
            if element.startswith(whose):
                place = snapshot_place(told.pk, element)
                yield open_text(kept, place) if is_sealed_text(kept) else str(kept)
