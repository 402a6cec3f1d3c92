"""Cases as they lie on a desk, and the officers who work on them."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from applications.access import WORK_QUEUE
from applications.actions.claim import claim_case
from applications.actions.keep_named import keep_named
from applications.actions.move import move
from applications.definitions import definition_for
from applications.models import Answers, Application, Queue, Rule, Step
from applications.selectors.sheet import sheet_of
from applications.states import State
from applications.workflow.engine import begin
from audit.trail import record
from catalog.models import Department
from identity.models import Account, Organisation, Person, Posting
from identity.rights import grant, group_of_post
from identity.sealed.text import seal_text
from tests.conftest import close_gate
from tests.factories.citizen import (
    make_draft,
    make_helped,
    make_release,
    told,
)
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_person,
    make_posting,
    officer_actor,
)
from tests.factories.portal import take_case
from tests.factories.rules import put_rule

_numbers = count(50_000_000)  # apart from those of `tests.factories.portal`
NUMBER = "511602199005171234"


def make_officer(department: Department, capacity: str = "clerk") -> Posting:
    """A posting; a clerk's group may work the department's queue."""
    posting = make_posting(capacity=capacity, department=department)
    queue = Queue.objects.filter(department=department).first()
    if capacity == "clerk" and queue is not None:
        grant(group_of_post(capacity, department), WORK_QUEUE, queue)
    return posting


def make_handed_in(
    account: Account | None = None,
    code: str = "CN014",
    *,
    helper: Account | None = None,
    is_earlier: bool = False,
    **values: Any,
) -> Application:
    """A case handed in today, waiting at the office of its first step; an earlier one was handed in
    before it was kept who else is named in it."""
    if not Application.objects.filter(item__code=code).exists():
        make_release(code)
    account = account or make_citizen(person=make_person(name="李晓"))
    case = make_helped(account, helper, code) if helper else make_draft(account, code)
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    answers = Answers.objects.get(application=case)
    place = f"applications_answers.values:{case.pk}:citizen_number"
    answers.values = {
        "name": told("李晓"),
        "phone": told("13800138000"),
        "citizen_number": told(seal_text(NUMBER, place, mask="number")),
        **{key: told(value) for key, value in values.items()},
    }
    answers.save()
    if not is_earlier:
        keep_named(sheet_of(case))
    now = timezone.now()
    case.submitted_at = now
    case.due_on = timezone.localdate() + timedelta(days=10)
    begin(case, definition_for(case), now)
    move(case, State.SUBMITTED)
    close_gate()
    return case


def office_of(case: Application) -> Department:
    """The office at which a case stands now."""
    return Step.objects.select_related("department").get(application=case, state="open").department


def make_in_hand(posting: Posting | None = None, **fields: Any) -> tuple[Application, Posting]:
    """A case in the hands of a clerk, at the step that decides."""
    case = make_handed_in(**fields)
    Step.objects.filter(application=case, state="open").update(kind="decide")
    posting = posting or make_officer(office_of(case))
    claim_case(actor=officer_actor(posting), reference=case.reference)
    close_gate()
    case.refresh_from_db()
    return case, posting


def make_rule(*, code: str = "T1", override: str = "", fires: bool = True) -> Rule:
    """A rule every case breaks, or none."""
    limit = 0 if fires else 10_000
    return put_rule(
        code=code,
        title="每件都触发的规则",
        title_en="A rule every case breaks",
        items=["*"],
        condition={"field": "working_days_elapsed", "op": ">=", "value": limit},
        effect=Rule.Effect.ESCALATE if override else Rule.Effect.BLOCK,
        legal_basis="测试规则",
        override=override,
    )


def make_nobody() -> Person:
    return Person.objects.create(masked_name="王*")


def _who_asks(subject: UUID) -> Person:
    """Whoever may ask for this person or organisation without a mandate."""
    firm = Organisation.objects.filter(pk=subject).first()
    leader = firm.legal_representative if firm else Person.objects.get(pk=subject)
    assert leader is not None
    return leader


def make_rows(
    case: Application, how_many: int, *, taken_by: Posting | None = None, **fields: Any
) -> None:
    """Many index rows like this one, each its own case, in these hands; nothing gated."""
    today: date = timezone.localdate()
    person = _who_asks(fields["subject_id"]) if "subject_id" in fields else make_nobody()
    rows = Application.objects.bulk_create(
        Application(
            id=uuid4(),
            reference=f"T-{next(_numbers):08d}",
            track_code=f"T{next(_numbers):08d}",
            item=case.item,
            release=case.release,
            **{
                "applicant": person,
                "subject_id": person.pk,
                "subject_kind": "person",
                "masked_name": "王*",
                "state": State.ACCEPTED,
                "queue": case.queue,
                "submitted_at": timezone.now(),
                "due_on": today + timedelta(days=number % 30),
                **fields,
            },
        )
        for number in range(how_many)
    )
    for row in rows if taken_by else []:
        take_case(row, taken_by)
    close_gate()
