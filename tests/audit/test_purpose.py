"""A purpose or nothing: the database takes no officer's entry about people without a why."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from audit.kernel.actors import STAFF_CAPACITIES, Actor, Capacity, Purpose, PurposeKind
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.trail import record
from identity.models import (
    Account,
    PersonDetail,
)
from identity.selectors.looks import Lookers, Reader, page_of_looks, page_of_own_looks
from identity.selectors.reach_of_holds import Reach
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
)

pytestmark = pytest.mark.django_db

WITHOUT = (Capacity.CITIZEN, Capacity.DELEGATE, Capacity.ANONYMOUS, Capacity.SYSTEM)


def acting(capacity):
    """An officer in a posting in force, or a job of the portal."""
    if capacity == "system":
        return Actor.system("test")
    return officer_actor(make_posting(capacity=capacity))


def refused(**call):
    """The words on an entry that is not taken; nothing is written."""
    with pytest.raises((DataError, Refused)) as refusal, transaction.atomic():
        record(**{"actor": acting("clerk"), "verb": "person.viewed", "subjects": [uuid4()], **call})
    assert not AuditEntry.objects.filter(verb="person.viewed").exists()
    return str(refusal.value)


@pytest.mark.parametrize("capacity", sorted(STAFF_CAPACITIES))
def test_no_officer_sees_anybodys_data_without_a_purpose(capacity):
    words = refused(actor=acting(capacity))

    assert "without a purpose" in words
    assert "Give record() the case" in words


def test_an_entry_that_was_refused_opens_nothing():
    person = make_person()
    refused(subjects=[person.pk])

    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        PersonDetail.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    "purpose",
    [
        Purpose.case("YB-2026-7Q4K-2M9D"),
        Purpose(PurposeKind.REASON, "urgent_help"),
        Purpose.duty("supervision"),
    ],
)
def test_with_a_purpose_the_data_can_be_read(purpose):
    person = make_person(name="王芳")

    record(actor=acting("clerk"), verb="person.viewed", subjects=[person.pk], purpose=purpose)

    assert PersonDetail.objects.get(pk=person.pk).name == "王芳"


def test_an_officers_own_is_what_lies_under_the_officers_account_and_nobody_else():
    clerk = acting("clerk")
    assert record(
        actor=clerk, verb="message.viewed", subjects=[clerk.account], purpose=Purpose.own()
    )

    assert "the officer's own" in refused(actor=clerk, purpose=Purpose.own())
    both = [clerk.account, uuid4()]
    assert "the officer's own" in refused(actor=clerk, subjects=both, purpose=Purpose.own())


def test_who_names_nobody_needs_no_purpose():
    assert record(actor=acting("clerk"), verb="desk.opened")


def test_citizens_and_jobs_of_the_portal_need_none():
    me = make_citizen()
    assert record(actor=citizen_actor(me), verb="person.viewed", subjects=[me.person_id])
    assert record(actor=acting("system"), verb="person.viewed", subjects=[uuid4()])


def test_every_capacity_is_either_an_officers_or_needs_none():
    assert STAFF_CAPACITIES | set(WITHOUT) == set(Capacity)


@pytest.mark.parametrize("outcome", ["refused", "undone"])
def test_what_was_refused_or_undone_is_taken_as_it_is(outcome):
    entry = record(actor=acting("clerk"), verb="person.viewed", subjects=[uuid4()], outcome=outcome)

    assert AuditEntry.objects.get(pk=entry).outcome == outcome


@pytest.mark.parametrize("number", ["", "the case of Wang", "yb-2026-7q4k-2m9d", "YB-2026-"])
def test_a_case_is_named_by_its_number(number):
    assert "named by its number" in refused(purpose=Purpose.case(number))


@pytest.mark.parametrize("code", ["", "x", "he asked me to", "Called", "a\nb"])
def test_a_reason_is_named_by_its_code(code):
    assert "named by its code" in refused(purpose=Purpose(PurposeKind.REASON, code))


def test_nobody_acts_as_something_we_do_not_know():
    """Such an entry would stand in no list of looks."""
    with connection.cursor() as cursor, pytest.raises(DataError, match="nobody acts as ghost"):
        cursor.execute(
            "select audit_record(null, 'x', 'ghost', '', '', null, null, '', 'test.seen', 'k', '1',"
            " 'duty', 'test', 'done', '', null, %s::uuid[])",
            [[str(uuid4())]],
        )


def test_an_entry_names_no_more_people_than_a_list_can_hold():
    crowd = [uuid4() for _ in range(50_001)]
    assert "Record in portions" in refused(subjects=crowd, purpose=Purpose.duty("supervision"))


@pytest.mark.parametrize("capacity", sorted(Capacity))
@pytest.mark.parametrize("is_own_account", [True, False])
def test_every_look_stands_in_exactly_one_list(capacity, is_own_account):
    """Also one by an account that is said to be the reader's own, in whatever capacity."""
    citizen = make_citizen()
    mine = [citizen.person_id]
    reader = Reader(citizen.pk, mine, mine, Reach([], may_be_late=False))
    is_officer = capacity in STAFF_CAPACITIES and not is_own_account
    actor = replace(citizen_actor(citizen), capacity=capacity)
    if is_officer or (capacity == Capacity.SYSTEM and not is_own_account):
        actor = acting(capacity)
    seen = {"verb": "person.viewed", "subjects": [citizen.person_id]}
    if actor.account_id == citizen.pk and capacity not in (Capacity.CITIZEN, Capacity.DELEGATE):
        refused(actor=actor, **seen)
        return
    entry = record(actor=actor, purpose=Purpose.duty("test"), **seen)

    lists = [page_of_looks(reader, one).rows for one in Lookers]
    own = page_of_own_looks(reader, size=10).rows
    found = [row.pk for rows in [*lists, own] for row in rows]
    assert found.count(entry) == 1


@pytest.mark.parametrize("capacity", sorted(STAFF_CAPACITIES))
def test_officers_act_under_accounts_of_officers_only(capacity):
    """A person's own id is no account whose own data it is, either."""
    person, firm = make_person(), make_organisation()
    service = Account.objects.create_user("exchange", kind="service")
    for named in (make_citizen().pk, service.pk, person.pk, firm.pk, uuid4(), None):
        actor = replace(acting(capacity), account_id=named)
        for purpose in (Purpose.own(), Purpose.duty("supervision")):
            for subject in (person.pk, named or person.pk):
                words = refused(actor=actor, subjects=[subject], purpose=purpose)
                assert "post_not_held" in words
        assert "post_not_held" in refused(actor=actor, subjects=[])
    record(actor=acting(capacity), verb="t.done", subjects=[person.pk], purpose=Purpose.duty("x"))
