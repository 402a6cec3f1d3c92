"""Cases as reports and figures see them: index rows only, nothing that is gated."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from applications.case_trail import record_case
from applications.models import (
    Alarm,
    Application,
    Decision,
    Holder,
    Outcome,
    Queue,
    Rule,
    Step,
)
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose, PurposeKind
from audit.trail import record
from catalog.models import Department, Release, ServiceItem
from identity.models import Person, Posting
from tests.conftest import close_gate
from tests.factories.identity import make_department, make_posting, officer_actor
from tests.factories.rules import put_rule

_numbers = count(1)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())


def make_office(**fields: Any) -> Department:
    """A department that works on cases."""
    department = make_department(**fields)
    Queue.objects.create(code=department.code, department=department)
    return department


def make_item(department: Department, **fields: Any) -> ServiceItem:
    number = next(_numbers)
    defaults = {"code": f"TS{number:04d}", "name": f"事项{number}", "item_type": "01"}
    return ServiceItem.objects.create(department=department, **{**defaults, **fields})


def make_release(item: ServiceItem, **content: Any) -> Release:
    release, _ = Release.objects.get_or_create(
        item=item,
        number=1,
        defaults={
            "content": content,
            "content_hash": "0" * 64,
            "in_force_from": date(2020, 1, 1),
            "published_at": timezone.now(),
            "drafted_by": uuid4(),
            "approved_by": uuid4(),
        },
    )
    return release


def make_case(
    item: ServiceItem,
    *,
    submitted: datetime,
    due: date,
    decided: datetime | None = None,
    granted: bool = True,
    waited: list[tuple[Holder.Kind, Department | None, timedelta]] | None = None,
) -> Application:
    """A case handed in, held by those named one after the other, and perhaps decided."""
    number = next(_numbers)
    person = Person.objects.create(masked_name="王*")
    case = Application.objects.create(
        reference=f"T-{number:08d}",
        track_code=f"T{number:08d}",
        item=item,
        release=make_release(item),
        subject_id=person.pk,
        subject_kind="person",
        applicant=person,
        masked_name="王*",
        state=State.ACCEPTED,
        queue=Queue.objects.filter(department=item.department).first(),
        submitted_at=submitted,
        due_on=due,
    )
    step = Step.objects.create(
        application=case,
        order=1,
        code="decide",
        kind="decide",
        department=item.department,
        state=Step.State.OPEN,
        opened_at=submitted,
    )
    _held(case, waited or [], decided)
    if decided is not None:
        end_case(case, at=decided, granted=granted)
        step.state = Step.State.DONE
        step.save()
    return case


def take_case(case: Application, posting: Posting) -> None:
    """Into the hands of this clerk of its office, with the entry of that."""
    case.claimed_by, case.claimed_label = posting.account_id, posting.officer_code
    if case.state in (State.DRAFT, State.SUBMITTED):
        case.state = State.ACCEPTED
    case.save()
    record_case(case, actor=officer_actor(posting), verb=Verb.CLAIMED)


def clerk_of(case: Application) -> Posting:
    """Who has the case in hand, or a clerk of its office who takes it."""
    held = Posting.objects.filter(account=case.claimed_by, officer_code=case.claimed_label).first()
    if held is not None:
        return held
    if case.queue is None:
        department = case.item.department
        case.queue, _made = Queue.objects.get_or_create(
            department=department, defaults={"code": department.code}
        )
    clerk = make_posting(department=case.queue.department)
    take_case(case, clerk)
    return clerk


def end_case(case: Application, *, at: datetime, granted: bool = True, **letter: Any) -> Outcome:
    """The case is decided by the clerk who has it in hand, or by one of its office, with the entry
    of that, the word and the letter."""
    clerk = clerk_of(case)
    state = State.APPROVED if granted else State.REJECTED
    record_case(case, actor=officer_actor(clerk), verb=Verb(f"application.{state}"))
    put_word(case, clerk, state, at)
    case.state, case.decided_at = state, at
    case.save()
    issued = make_letter(case, **letter)
    close_gate()
    return issued


def put_word(case: Application, by: Posting, kind: str, at: datetime, **fields: Any) -> Decision:
    """An office's word in a case, at the desk where it lies now."""
    assert case.queue is not None
    values = {
        "subject_id": case.subject_id,
        "department": case.queue.department,
        "by": by.account_id,
        "by_label": by.officer_code,
    }
    return Decision.objects.create(application=case, kind=kind, at=at, **{**values, **fields})


def make_letter(case: Application, **fields: Any) -> Outcome:
    """The index row of the letter of a case that is decided in this very transaction."""
    number = next(_numbers)
    granted = case.state == State.APPROVED
    assert case.queue is not None
    values = {
        "number": f"N{number}",
        "code": f"C{number}",
        "result": Outcome.Result.GRANTED if granted else Outcome.Result.NOT_GRANTED,
        "title": {"zh": "决定", "en": "Decision"},
        "department": case.queue.department,
        "issued_at": case.decided_at,
        "text_hash": "",
    }
    return Outcome.objects.create(application=case, **{**values, **fields})


def _held(case: Application, stretches: list[Any], decided: datetime | None) -> None:
    since = case.submitted_at
    for place, (kind, department, length) in enumerate(stretches, 1):
        is_last = place == len(stretches)
        until = decided if is_last else since + length
        Holder.objects.create(
            application=case, kind=kind, department=department, since=since, until=until
        )
        since = since + length


def make_alarm(case: Application, *, raised: datetime, rule: Rule | None = None) -> Alarm:
    rule = rule or make_rule()
    return Alarm.objects.create(application=case, rule=rule, stage="decision", raised_at=raised)


def make_rule(**fields: Any) -> Rule:
    number = next(_numbers)
    defaults = {
        "code": f"R{number}",
        "title": "不得审批",
        "title_en": "Must not be granted",
        "items": ["*"],
        "condition": {},
        "effect": "block",
        "legal_basis": "-",
    }
    return put_rule(**{**defaults, **fields})


def look_at_somebody(
    posting: Posting, *, purpose: Purpose | None, verb: str = "person.viewed"
) -> None:
    """What an officer leaves in the trail by a look; without a purpose, by one that was undone."""
    person = Person.objects.create(masked_name="李*")
    actor: Actor = officer_actor(posting)
    is_own = purpose is not None and purpose.kind is PurposeKind.OWN
    record(
        actor=actor,
        verb=verb,
        on=person,
        subjects=[actor.account if is_own else person.pk],
        purpose=purpose,
        outcome="done" if purpose else "undone",
    )
