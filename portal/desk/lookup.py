"""Looking a person up without a case: by number, for a reason from the list, never silently."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.access import workable_queue_ids
from applications.models import Application
from applications.states import State
from audit.kernel.actors import Actor, Capacity, Purpose, PurposeKind
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.trail import ObjectRef, record
from identity.models import PersonDetail
from identity.quota import take_one
from identity.sealed.reveal import reveal
from portal.desk.barred import is_barred
from portal.desk.models import LookupReview
from portal.desk.reasons import Field, Reason, reasons_for_persons
from portal.desk.reviews import ask_for_review, words_of_look

LOOKED_UP = "person.looked_up"
MAX_CASES = 50
COLUMNS: dict[Field, str] = {
    Field.NAME: "name",
    Field.NUMBER: "citizen_number",
    Field.BIRTH_DATE: "birth_date",
    Field.PHONE: "phone",
    Field.PHONE_IN_FULL: "phone",
    Field.ADDRESS: "household_address",
}


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case by number; `page` is the address name of the reader's own page of it, if there is."""

    reference: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the reason opens of a person, and nothing else. `cases` is None where it opens none."""

    values: dict[Field, Any]
    cases: tuple[OpenCase, ...] | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing was opened: nobody has this number, or it is not for this officer (`barred.py`).

    Which of the two, the officer is not told, or trying numbers would tell who is under
    protection. The entry tells the supervisors.
    """


@transaction.atomic
def look_up_person(
    *, actor: Actor, person_id: UUID | None, reason: str, why: str
) -> Found | Nothing:
    """The person a number led to, recorded for them to see and put before a supervisor.

    A number nobody has and a person barred to the officer are recorded too and use the quota:
    trying numbers is an act as well. Refused for a reason that is not for this post
    (`desk.lookup_not_allowed`) or used up (`desk.quota_used_up`).
    """
    chosen = allowed(reasons_for_persons(actor.capacity), reason)
    refuse_stale(actor)
    take_one(actor, LOOKED_UP, reason, chosen.quota)
    fields = chosen.person[actor.capacity]
    subjects = [person_id] if person_id else []
    is_open = person_id is not None and not is_barred(actor, subjects)
    more = {"fields": list(fields)} if is_open else {}
    entry_id = record(
        actor=actor,
        verb=LOOKED_UP,
        on=ObjectRef("identity.person", str(person_id or "")),
        subjects=subjects,
        purpose=Purpose(PurposeKind.REASON, reason),
        outcome="done" if is_open else "refused",
        detail=words_of_look(why, **more),
    )
    ask_for_review(entry_id, actor=actor, kind=LookupReview.Kind.PERSON, reason=reason)
    return _read(actor, person_id, fields, reason) if person_id and is_open else Nothing()


def allowed(reasons: dict[str, Reason], code: str) -> Reason:
    """The reason of this code; refused if this post has no such reason."""
    if code not in reasons:
        raise Refused(
            code="desk.lookup_not_allowed",
            message=_("This look is only possible for one of the reasons in your list."),
            next_step=_("Choose a reason, or ask your superior, who has more of them."),
            status=403,
        )
    return reasons[code]


def _read(actor: Actor, person_id: UUID, fields: tuple[Field, ...], reason: str) -> Found:
    """Only the columns the reason names are asked of the database."""
    columns = {COLUMNS[one] for one in fields if one in COLUMNS}
    row = PersonDetail.objects.only(*sorted(columns)).get(pk=person_id)
    values = {one: getattr(row, COLUMNS[one]) for one in fields if one in COLUMNS}
    if values.get(Field.PHONE_IN_FULL):
        values[Field.PHONE_IN_FULL] = reveal(
            values[Field.PHONE_IN_FULL],
            actor=actor,
            purpose=Purpose(PurposeKind.REASON, reason),
            on=ObjectRef("identity.person", str(person_id)),
            subject_id=person_id,
        )
    return Found(values, _open_cases(actor, person_id) if Field.CASES in fields else None)


def _open_cases(actor: Actor, person_id: UUID) -> tuple[OpenCase, ...]:
    cases = Application.objects.open().about([person_id]).select_related("queue__department")
    mine = workable_queue_ids(actor)
    found = []
    for case in cases.order_by("-submitted_at")[:MAX_CASES]:
        found.append(OpenCase(case.reference, own_page(actor, case, mine)))
    return tuple(found)


def own_page(actor: Actor, case: Application, queue_ids: list[int]) -> str:
    """Where this officer opens the case in the ordinary way; nowhere for other offices' cases."""
    if case.queue_id in queue_ids:
        return "desk:case"
    is_before_me = (
        actor.capacity is Capacity.SUPERIOR
        and case.state == State.ESCALATED
        and case.queue is not None
        and case.queue.department.code == actor.department_code
    )
    return "desk:answer" if is_before_me else ""
