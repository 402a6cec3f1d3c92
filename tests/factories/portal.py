"""Cases as reports and figures see them: index rows only, nothing that is gated."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from applications.models import Alarm, Application, Holder, Outcome, Queue, Rule, Step
from applications.states import State
from audit.kernel.actors import Actor, Purpose, PurposeKind
from audit.trail import record
from catalog.models import Department, Release, ServiceItem
from identity.models import Person, Posting
from tests.factories.identity import make_department, make_posting, officer_actor

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
        make_letter(case)
    return case


def end_case(case: Application, *, at: datetime, granted: bool = True) -> None:
    """The case is decided by the clerk who has it in hand, or by one of its office, with the entry
    of that and no letter."""
    held = Posting.objects.filter(account=case.claimed_by, officer_code=case.claimed_label).first()
    clerk = held or make_posting(department=case.item.department)
    case.claimed_by, case.claimed_label = clerk.account_id, clerk.officer_code
    case.state = State.APPROVED if granted else State.REJECTED
    case.decided_at = at
    case.save()
    record(actor=officer_actor(clerk), verb=f"application.{case.state}", on=case)


def make_letter(case: Application, **fields: Any) -> Outcome:
    """The index row of the letter of a case that was decided in this very transaction."""
    number = next(_numbers)
    granted = case.state == State.APPROVED
    values = {
        "number": f"N{number}",
        "code": f"C{number}",
        "result": Outcome.Result.GRANTED if granted else Outcome.Result.NOT_GRANTED,
        "title": {"zh": "决定", "en": "Decision"},
        "department": case.item.department,
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
    return Rule.objects.create(**{**defaults, **fields})


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
