"""A case is taken, decided and let go at its desk, by entries that name everybody in it; its word
and its letter come with its end, and all stand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.admin import AdminSite
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from applications.actions.approve import approve_application
from applications.admin import QueueAdmin
from applications.models import Application, Outcome, OutcomeText, Queue
from applications.states import State
from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from catalog.models import Department
from identity.models import Account, Person, Posting
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import (
    ARRANGING,
    end_post,
    make_citizen,
    make_department,
    make_posting,
    officer_actor,
)
from tests.factories.portal import (
    end_case,
    make_item,
    make_letter,
    make_office,
    put_word,
    take_case,
)

pytestmark = pytest.mark.django_db

NO_ENTRY, AT_DESK = "no entry of", "at the desk of the case names everybody"
DECIDED, WHOLE, STANDS = (
    "decided in this transaction",
    "its decision and its letter",
    "stands as it",
)
IN_HAND, WORD = "decided by whoever has it in hand", "word is of whoever has the case in hand"


@pytest.fixture
def waiting() -> Application:
    """A case of two people, one of whom filled it in; it waits at its office."""
    return make_handed_in(make_citizen(), helper=make_citizen())


@pytest.fixture
def case(waiting) -> Application:
    """The same in the hands of a clerk."""
    take_case(waiting, make_officer(office_of(waiting)))
    close_gate()
    return waiting


def holder(case: Application) -> Posting:
    """Who has it in hand."""
    return Posting.objects.select_related("department").get(officer_code=case.claimed_label)


def carry_out(write: Callable[[], object], *entries: dict[str, Any]) -> None:
    """Up to the end of the transaction, with these entries; then undone. The gate is open, so that
    a row fails at its entry and not before."""
    cases = Application.objects.all()
    with transaction.atomic():
        for said in entries:
            record(**said)
        everybody = [one for case in cases for one in case.subjects]
        record(actor=ARRANGING, verb="test.arranged", subjects=everybody)
        write()
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_refused(match: str, write: Callable[[], object], *entries: dict[str, Any]) -> None:
    with pytest.raises(ProgrammingError, match=match):
        carry_out(write, *entries)


def is_demanded(write: Callable[[], object], said: dict[str, Any]) -> None:
    """Not without the entry, nor with one of a colleague or of the same person in another post, of
    another thing or act, one that was refused, or one that leaves somebody out."""
    actor, subjects = said["actor"], said["subjects"]
    account = Account.objects.get(pk=actor.account_id)
    here = Department.objects.get(code=actor.department_code)
    for wrong in (
        None,
        {"actor": officer_actor(make_posting(capacity=actor.capacity, department=here))},
        {"actor": officer_actor(make_posting(account=account, capacity="lead", department=here))},
        {"actor": officer_actor(make_posting(account=account, capacity=actor.capacity))},
        {"actor": ARRANGING},
        {"on": ObjectRef("applications.application", str(uuid4()))},
        {"on": ObjectRef("another.kind", str(said["on"].pk))},
        {"verb": "test.other"},
        {"outcome": "refused"},
        {"subjects": []},
        *({"subjects": [one for one in subjects if one != left_out]} for left_out in subjects),
    ):
        is_refused(NO_ENTRY, write, *([] if wrong is None else [{**said, **wrong}]))
    carry_out(write, said)


def act(case: Application, verb: str, by: Posting | None = None) -> dict[str, Any]:
    actor: Actor = officer_actor(by or holder(case))
    return {
        "actor": actor,
        "verb": f"application.{verb}",
        "on": case,
        "subjects": case.subjects,
        "purpose": Purpose.case(case.reference),
    }


def change(case: Application, **fields: Any) -> Callable[[], object]:
    return lambda: Application.objects.filter(pk=case.pk).update(**fields)


def ending(
    case: Application, state: str = State.APPROVED, word: Any = None, letter: Any = None
) -> Callable[[], object]:
    """The case decided, with its word and its letter, or with these fields of them; False: none."""

    def write() -> None:
        now = timezone.now()
        if word is not False:
            put_word(case, holder(case), **{"kind": state, "at": now, **(word or {})})
        change(case, state=state, decided_at=now)()
        if letter is not False:
            make_letter(Application.objects.get(pk=case.pk), **(letter or {}))

    return write


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_case_is_decided_by_the_entry_of_who_has_it_in_hand(case, state):
    is_demanded(ending(case, state), act(case, state))


def test_a_case_is_decided_by_nobody_who_did_not_have_it_before(case):
    """Not even by a clerk of the office who says so: first it is taken, which is an act itself."""
    colleague = make_officer(holder(case).department)
    hands = {"claimed_by": colleague.account_id, "claimed_label": colleague.officer_code}
    ends = {"state": State.APPROVED, "decided_at": timezone.now()}
    is_refused(IN_HAND, change(case, **hands, **ends), act(case, "approved", colleague))
    is_refused(WORD, lambda: put_word(case, colleague, "approved", timezone.now()))
    take_case(case, colleague)
    carry_out(ending(case), act(case, "approved"))


@pytest.mark.parametrize("state", ["correcting", "escalated", "submitted"])
def test_a_case_is_decided_while_it_is_worked_on(case, state):
    change(case, state=state)()
    is_refused(IN_HAND, change(case, state="rejected", decided_at=timezone.now()))


def test_a_case_is_taken_by_the_entry_of_who_takes_it(waiting):
    clerk = make_officer(office_of(waiting))
    hands = {"claimed_by": clerk.account_id, "claimed_label": clerk.officer_code}
    is_demanded(change(waiting, **hands), act(waiting, "claimed", clerk))
    other = {**hands, "claimed_label": make_posting().officer_code}
    is_refused(AT_DESK, change(waiting, **other), act(waiting, "claimed", clerk))
    take_case(waiting, clerk)
    with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
        change(waiting, claimed_label="X")()


def test_a_case_is_taken_at_the_office_where_it_waits(waiting):
    clerk = make_posting()
    hands = {"claimed_by": clerk.account_id, "claimed_label": clerk.officer_code}
    is_refused(AT_DESK, change(waiting, **hands), act(waiting, "claimed", clerk))
    Queue.objects.create(code="theirs", department=clerk.department)
    elsewhere = Queue.objects.get(code="theirs")
    is_refused(AT_DESK, change(waiting, queue=elsewhere))
    with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
        Queue.objects.filter(pk=waiting.queue_id).update(department=make_department())


def test_the_page_of_a_queue_offers_another_office_only_for_a_new_one(waiting):
    page = QueueAdmin(Queue, AdminSite())
    assert page.get_readonly_fields(None, waiting.queue) == ["department"]
    assert page.get_readonly_fields(None) == []


def test_a_case_is_let_go_and_passed_on_by_the_entry_of_who_had_it(case):
    elsewhere = Queue.objects.create(code="next", department=make_department())
    gone = {"claimed_by": None, "claimed_label": ""}
    is_demanded(change(case, **gone), act(case, "released"))
    is_demanded(change(case, **gone, queue=elsewhere), act(case, "step_passed"))


def test_the_portal_gives_back_what_is_in_hands_that_are_gone_and_nothing_else(case):
    gone = {"claimed_by": None, "claimed_label": ""}
    said = {**act(case, "released"), "actor": ARRANGING}
    is_refused(AT_DESK, change(case, **gone), said)
    end_post(holder(case))
    is_refused(AT_DESK, change(case, **gone), {**said, "subjects": []})
    carry_out(change(case, **gone), said)


def test_a_case_is_taken_back_by_an_entry_that_names_everybody_in_it(case):
    said = {**act(case, "withdrawn"), "actor": ARRANGING}
    is_refused("names them", change(case, state="withdrawn"), {**said, "subjects": []})
    carry_out(change(case, state="withdrawn"), said)


def test_no_case_begins_decided_or_in_hand(case):
    like = Application.objects.filter(pk=case.pk).values().get()
    for begun in ({"state": "approved"}, {"state": "rejected"}, {"claimed_by": uuid4()}):
        fields = {**like, "id": uuid4(), "reference": "X-1", "track_code": "X", "claimed_by": None}
        with pytest.raises(ProgrammingError, match="case begins"), transaction.atomic():
            Application.objects.create(**{**fields, "decided_at": timezone.now(), **begun})


def test_how_a_case_ended_stands(case):
    end_case(case, at=timezone.now())
    for fields in (
        {"state": State.ACCEPTED},
        {"decided_at": timezone.now()},
        {"claimed_by": uuid4()},
        {"masked_name": "李*"},
        {"item": make_item(make_office())},
        {"reference": "X-1"},
    ):
        with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
            change(case, **fields)()


@pytest.mark.parametrize(
    ("kind", "verb", "capacity"),
    [
        ("step_passed", "step_passed", "clerk"),
        ("asked_superior", "escalated", "clerk"),
        ("allowed", "escalation_decided", "superior"),
        ("not_allowed", "escalation_decided", "superior"),
    ],
)
def test_an_offices_word_needs_the_entry_of_who_gave_it(case, kind, verb, capacity):
    officer = holder(case)
    if capacity == "superior":
        change(case, state=State.ESCALATED)()
        officer = make_officer(officer.department, "superior")

    def write(**fields: Any) -> None:
        put_word(case, officer, kind, timezone.now(), **fields)

    said = act(case, verb, officer)
    is_demanded(write, said)
    another = Person.objects.create(masked_name="李*").pk
    record(actor=ARRANGING, verb="test.arranged", subjects=[another])
    for fields in ({"department": make_department()}, {"subject_id": another}):
        is_refused(WORD, lambda fields=fields: write(**fields), said)
    is_refused(AT_DESK, lambda: write(by_label=make_posting().officer_code), said)
    change(case, state=State.CORRECTING)()
    is_refused(WORD, write, said)


def test_a_case_ends_with_its_word_and_its_letter_and_these_with_it(case):
    said, late = act(case, "approved"), timezone.now()
    carry_out(ending(case), said)
    other = make_posting().officer_code
    for lacking in (
        {"word": False},
        {"letter": False},
        {"word": {"at": late}},
        {"word": {"kind": "rejected"}},
        {"letter": {"department": make_department()}},
    ):
        is_refused(f"{WHOLE}|{NO_ENTRY}", ending(case, **lacking), said)
    is_refused(AT_DESK, ending(case, word={"by_label": other}), said)
    is_refused(WHOLE, lambda: put_word(case, holder(case), "approved", late), said)


def test_a_letter_says_what_was_decided_and_when(case):
    said = act(case, "approved")
    for other in ({"result": "not_granted"}, {"issued_at": timezone.now()}):
        is_refused(f"{DECIDED}|{WHOLE}", ending(case, letter=other), said)
    alone = {"issued_at": timezone.now()}
    is_refused(f"{DECIDED}|{WHOLE}", lambda: make_letter(case, **alone), act(case, "rejected"))


def test_the_words_of_a_letter_are_about_the_subject_of_its_case(case):
    other = Person.objects.create(masked_name="李*").pk

    def write(subject: UUID) -> None:
        ending(case)()
        letter = Outcome.objects.get(application=case)
        record(actor=ARRANGING, verb="test.arranged", subjects=[subject])
        OutcomeText.objects.create(outcome=letter, subject_id=subject, body={}, files={})

    carry_out(lambda: write(case.subject_id), act(case, "approved"))
    is_refused(DECIDED, lambda: write(other), act(case, "approved"))


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
    for other in ({"file_hash_zh": "0" * 64}, {"valid_until": None}, {"result": "granted"}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Outcome.objects.update(**other)
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
def test_no_second_letter_comes_later_with_an_entry_of_its_own():
    with transaction.atomic():
        case, _clerk = make_in_hand()
    with transaction.atomic():
        end_case(case, at=timezone.now())
    case.refresh_from_db()
    with transaction.atomic():
        record(**act(case, "approved"))
        with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
            make_letter(case)
