"""No letter, no decision and no end of a case without the entry of its act; and all stand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from applications.actions.approve import approve_application
from applications.models import Application, Decision, Outcome, OutcomeText
from applications.states import State
from audit.kernel.actors import Actor, Capacity
from audit.trail import ObjectRef, record
from identity.models import Account, Person, Posting
from tests.factories.desk import make_in_hand
from tests.factories.identity import ARRANGING, make_posting, officer_actor
from tests.factories.portal import make_case, make_item, make_letter, make_office

pytestmark = pytest.mark.django_db

NO_ENTRY, DECIDED, STANDS = "no entry of", "decided in this transaction", "stands as it was written"


@pytest.fixture
def case() -> Application:
    """A case in the hands of a clerk, as an index row."""
    made = make_case(make_item(make_office()), submitted=timezone.now(), due=timezone.localdate())
    clerk = make_posting()
    Application.objects.update(claimed_by=clerk.account_id, claimed_label=clerk.officer_code)
    made.refresh_from_db()
    return made


def holder(case: Application) -> Actor:
    """Who has it in hand."""
    return officer_actor(Posting.objects.get(account=case.claimed_by))


def carry_out(write: Callable[[], object], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with these entries; then undone."""
    with transaction.atomic():
        write()
        for said in entries:
            record(**said)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_refused(match: str, write: Callable[[], object], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=match):
        carry_out(write, *entries)


def is_demanded(match: str, write: Callable[[], object], said: dict[str, Any]) -> None:
    """Not without the entry, nor with one of somebody else, of the same person in another post, of
    another thing or act, or refused."""
    actor = said["actor"]
    own = make_posting(account=Account.objects.get(pk=actor.account_id), capacity="lead")
    for wrong in (
        None,
        {"actor": officer_actor(make_posting(capacity=actor.capacity))},
        {"actor": officer_actor(own)},
        {"on": ObjectRef("applications.application", str(uuid4()))},
        {"on": ObjectRef("another.kind", str(said["on"].pk))},
        {"verb": "test.other"},
        {"outcome": "refused"},
    ):
        is_refused(match, write, *([] if wrong is None else [{**said, **wrong}]))
    carry_out(write, said)


def act(case: Application, verb: str, **more: Any) -> dict[str, Any]:
    return {"actor": holder(case), "verb": f"application.{verb}", "on": case, **more}


def end(case: Application, state: str = State.APPROVED) -> Callable[[], object]:
    rows = Application.objects.filter(pk=case.pk)
    return lambda: rows.update(state=state, decided_at=timezone.now())


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_case_is_decided_by_the_entry_of_who_has_it_in_hand(case, state):
    is_demanded(NO_ENTRY, end(case, state), act(case, state))


def test_a_case_is_taken_back_by_an_entry_that_names_everybody_in_it(case):
    said = act(case, "withdrawn", actor=ARRANGING)
    is_refused("names them", end(case, State.WITHDRAWN), said)
    carry_out(end(case, State.WITHDRAWN), {**said, "subjects": case.subjects})


def test_no_case_begins_decided(case):
    like = Application.objects.filter(pk=case.pk).values().get()
    for state in (State.APPROVED, State.REJECTED):
        fields = {**like, "id": uuid4(), "reference": "X-1", "track_code": "X", "state": state}
        with pytest.raises(ProgrammingError, match="begins decided"), transaction.atomic():
            Application.objects.create(**{**fields, "decided_at": timezone.now()})


def test_how_a_case_ended_stands(case):
    end(case)()
    record(**act(case, "approved"))
    for change in (
        {"state": State.ACCEPTED},
        {"decided_at": timezone.now()},
        {"claimed_by": uuid4()},
        {"masked_name": "李*"},
        {"item": make_item(make_office())},
        {"reference": "X-1"},
    ):
        with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
            Application.objects.filter(pk=case.pk).update(**change)


@pytest.mark.parametrize(
    ("kind", "verb", "capacity"),
    [
        ("step_passed", "step_passed", "clerk"),
        ("asked_superior", "escalated", "clerk"),
        ("allowed", "escalation_decided", "superior"),
        ("not_allowed", "escalation_decided", "superior"),
        ("approved", "approved", "clerk"),
        ("rejected", "rejected", "clerk"),
    ],
)
def test_an_offices_word_needs_the_entry_of_who_gave_it(case, kind, verb, capacity):
    officer = officer_actor(make_posting(capacity=capacity))
    record(actor=ARRANGING, verb="test.arranged", subjects=[case.subject_id])

    def write() -> None:
        Decision.objects.create(
            application=case,
            subject_id=case.subject_id,
            kind=kind,
            department=case.item.department,
            by=officer.account_id,
            by_label=officer.label,
        )

    is_demanded(NO_ENTRY, write, act(case, verb, actor=officer))


def letter_of(case: Application, **fields: Any) -> Callable[[], object]:
    """The case decided, and its letter."""

    def write() -> None:
        end(case)()
        case.refresh_from_db()
        make_letter(case, **fields)

    return write


def test_a_letter_says_what_was_decided_and_when(case):
    carry_out(letter_of(case), act(case, "approved"))
    for other in ({"result": "not_granted"}, {"issued_at": timezone.now()}):
        is_refused(DECIDED, letter_of(case, **other), act(case, "approved"))
    of_the_portal = act(case, "approved", actor=replace(holder(case), capacity=Capacity.SYSTEM))
    is_refused(NO_ENTRY, letter_of(case), of_the_portal)
    is_refused(DECIDED, lambda: make_letter(case, issued_at=timezone.now()), act(case, "rejected"))


def test_the_words_of_a_letter_are_about_the_subject_of_its_case(case):
    other = Person.objects.create(masked_name="李*")
    both = [case.subject_id, other.pk]
    record(actor=ARRANGING, verb="test.arranged", subjects=both)
    for subject, is_taken in zip(both, (True, False), strict=True):

        def write(subject: Any = subject) -> None:
            letter_of(case)()
            letter = Outcome.objects.get(application=case)
            OutcomeText.objects.create(outcome=letter, subject_id=subject, body={}, files={})

        if is_taken:
            carry_out(write, act(case, "approved"))
        else:
            is_refused(DECIDED, write, act(case, "approved"))


def test_a_letter_stands_whole_as_it_was_issued():
    case, clerk = make_in_hand()
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    letter, text = Outcome.objects.get(), OutcomeText.objects.get()
    assert (len(letter.file_hash_zh), len(letter.file_hash_en), sorted(text.files)) == (
        64,
        64,
        ["en", "zh"],
    )
    for change in ({"file_hash_zh": "0" * 64}, {"valid_until": None}, {"result": "granted"}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Outcome.objects.update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        OutcomeText.objects.update(files={})
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from applications_outcome")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


@pytest.mark.django_db(transaction=True)
def test_a_letter_needs_the_entry_of_the_decision_in_its_own_transaction():
    """The case was decided honestly before: that entry is none for what is written later."""
    now = timezone.now()
    with transaction.atomic():
        case = make_case(make_item(make_office()), submitted=now, due=timezone.localdate())
        case.claimed_by, case.state = make_posting().account_id, State.APPROVED
        case.decided_at = now
        case.save()
        record(**act(case, "approved"))
    is_demanded(DECIDED, lambda: make_letter(case), act(case, "approved"))
    assert not Outcome.objects.exists()
