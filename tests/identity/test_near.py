"""Who is near to an officer: declared, at one address, of one office."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.end_relative import end_relative
from identity.actions.mark_households import mark_households
from identity.models import DeclaredRelative, Person, PersonDetail
from identity.selectors.near import (
    are_related,
    circles,
    near_among,
    waiting_relatives,
)
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_department,
    make_mandate,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.near import declared

pytestmark = pytest.mark.django_db

RELATIVES = "/admin/relatives/"
TO_END = "/admin/relatives/to-end/"
HOME = "四川省广安市广安区浓洄街道建安中路58号2栋601室"


def officer(person=None, **fields):
    return make_posting(account=make_staff(private_person=person), **fields)


def circle(posting, *people):
    return circles([posting.account_id], [one.pk for one in people]).get(posting.account_id)


def test_a_declared_relative_is_known_by_the_number_even_when_the_person_comes_later():
    posting, number = officer(), make_number()
    declare_relative(actor=officer_actor(posting), number=number, relation="child")
    child, other = make_person(number=number), make_person()

    assert circle(posting, child, other).relatives == {child.pk}
    relative = declared()
    ask_end_of_relative(actor=officer_actor(posting), relative_id=relative.pk)
    assert circle(posting, child, other).relatives == {child.pk}
    supervisor = make_posting(capacity="supervisor")
    end_relative(actor=officer_actor(supervisor), relative_id=relative.pk, agreed=True)

    assert circle(posting, child, other) is None
    entries = AuditEntry.objects.filter(object_id=str(relative.pk)).order_by("id")
    assert list(entries.values_list("verb", "actor_label")) == [
        ("relative.declared", posting.officer_code),
        ("relative.end_asked", posting.officer_code),
        ("relative.ended", supervisor.officer_code),
    ]


def test_family_goes_both_ways_and_holds_under_every_account_of_an_officer():
    own, number = make_number(), make_number()
    person, child, relative = make_person(number=own), make_person(number=number), make_person()
    posting, twin = officer(person), officer(person)
    declare_relative(actor=officer_actor(posting), number=number, relation="child")
    declare_relative(actor=officer_actor(officer(relative)), number=own, relation="parent")

    assert circle(posting, child, relative, make_person()).relatives == {
        person.pk,
        child.pk,
        relative.pk,
    }
    near = {person.pk, child.pk, relative.pk}
    assert near_among(twin.account_id, [*near, make_person().pk]) == near
    assert near_among(twin.account_id, [child.pk]) == {child.pk}
    assert near_among(twin.account_id, []) == frozenset()


def end_asked_for():
    """An officer's declaration whose end was asked for, and the officer."""
    posting = officer(make_person())
    declare_relative(actor=officer_actor(posting), number=make_number(), relation="child")
    relative = declared()
    ask_end_of_relative(actor=officer_actor(posting), relative_id=relative.pk)
    return relative, posting


def refusal(call, **more):
    with pytest.raises(Refused) as refused:
        call(**more)
    return refused.value.code


def test_nobody_asks_for_the_end_of_another_officers_declaration_or_twice():
    declare_relative(actor=officer_actor(officer()), number=make_number(), relation="child")
    which = {"relative_id": declared().pk}
    assert refusal(ask_end_of_relative, actor=officer_actor(officer()), **which) == (
        "identity.no_such_relative"
    )
    posting = declared().account.postings.get()
    ask_end_of_relative(actor=officer_actor(posting), **which)
    assert refusal(ask_end_of_relative, actor=officer_actor(posting), **which) == (
        "identity.no_such_relative"
    )


def test_the_end_is_agreed_to_by_a_supervisor_who_is_neither_the_officer_nor_close():
    relative, posting = end_asked_for()
    which = {"relative_id": relative.pk, "agreed": True}
    twin = make_staff(private_person=posting.account.private_person)
    supervisor = make_posting(capacity="supervisor", account=twin)

    assert refusal(end_relative, actor=officer_actor(posting), **which) == (
        "identity.no_end_to_agree_to"
    )
    superior = make_posting(capacity="superior", department=posting.department)
    assert refusal(end_relative, actor=officer_actor(superior), **which) == (
        "identity.no_end_to_agree_to"
    )
    assert refusal(end_relative, actor=officer_actor(supervisor), **which) == (
        "identity.end_by_another"
    )
    relative = declared(pk=relative.pk)
    assert relative.ended_at is None


def test_an_end_that_is_turned_down_leaves_the_declaration_and_can_be_asked_for_again(client):
    relative, posting = end_asked_for()
    supervisor = make_posting(capacity="supervisor")
    end_relative(actor=officer_actor(supervisor), relative_id=relative.pk, agreed=False)

    relative = declared(pk=relative.pk)
    assert (relative.ended_at, relative.end_asked_at) == (None, None)
    sign_in(client, posting.account)
    assert "没同意撤销" in client.get(RELATIVES).content.decode()
    ask_end_of_relative(actor=officer_actor(posting), relative_id=relative.pk)
    assert "没同意撤销" not in client.get(RELATIVES).content.decode()


def test_the_database_refuses_an_end_by_the_officer_alone():
    relative, posting = end_asked_for()
    rows = DeclaredRelative.objects.filter(pk=relative.pk)
    for ended in ({"ended_by": posting.account}, {}):
        with pytest.raises(IntegrityError, match="ends_by_two"), transaction.atomic():
            rows.update(ended_at=timezone.now(), **ended)


def test_supervisors_see_whose_declaration_is_to_end_by_post_and_answer_there(client):
    relative, posting = end_asked_for()
    sign_in(client, make_posting(capacity="supervisor").account)

    page = client.get(TO_END).content.decode()

    assert waiting_relatives(officer_actor(make_posting(capacity="supervisor"))).open == 1
    for words in (posting.officer_code, posting.department.name, "子女"):
        assert words in page
    assert posting.account.username not in page
    client.post(f"{RELATIVES}{relative.pk}/answer/", {"answer": "agree"})
    assert posting.officer_code not in client.get(TO_END).content.decode()
    relative = declared(pk=relative.pk)
    assert relative.ended_at is not None
    for capacity in ("clerk", "superior", "secadmin"):
        sign_in(client, make_posting(capacity=capacity).account)
        assert client.get(TO_END).status_code == 403
        assert client.post(f"{RELATIVES}{relative.pk}/answer/").status_code == 403


def test_oneself_ones_firms_and_ones_wards_are_family():
    person, ward = make_person(), make_person()
    firm = make_organisation(legal_representative=person)
    today = timezone.localdate()
    make_mandate(kind="guardian", holder=person, for_person=ward, valid_to=today, evidence="1")
    posting = officer(person)

    assert circle(posting, person, firm, ward, make_person()).relatives == {
        person.pk,
        firm.pk,
        ward.pk,
    }


def test_a_household_is_known_by_its_address_however_it_is_written_and_nobody_reads_it():
    person = make_person(household_address=HOME)
    mate = make_person(household_address=f" {HOME} ")
    other = make_person(household_address=f"{HOME}附1号")
    nowhere = make_person()
    posting = officer(person)

    assert circle(posting, mate, other, nowhere).household == {mate.pk}
    assert not AuditEntry.objects.filter(actor_label="sentinel").exists()


def test_without_an_address_nobody_lives_together():
    posting, other = officer(make_person()), make_person()
    assert circle(posting, other).household == set()


def make_unmarked():
    person = Person.objects.create(masked_name="王*")
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    PersonDetail(
        subject_id=person.pk, name="王芳", citizen_number=make_number(), household_address=HOME
    ).save(force_insert=True)
    close_gate()
    return person


def test_people_entered_before_there_were_marks_are_marked_once_and_that_is_recorded():
    people = [make_unmarked(), make_unmarked()]
    assert mark_households(job="sentinel") == 2
    close_gate()

    assert circle(officer(people[0]), *people).household == {people[1].pk}
    assert mark_households(job="sentinel") == 0
    entry = AuditEntry.objects.get(verb="person.household_marked")
    assert (entry.actor_label, entry.capacity) == ("sentinel", "system")
    named = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert set(named) == {one.pk for one in people}


def test_colleagues_are_those_posted_to_the_same_office_now():
    office = make_department()
    person, gone, elsewhere = make_person(), make_person(), make_person()
    posting = officer(make_person(), department=office)
    officer(person, department=office)
    yesterday = timezone.localdate() - timedelta(days=1)
    officer(gone, department=office, valid_from=yesterday, valid_to=yesterday)
    officer(elsewhere)

    assert circle(posting, person, gone, elsewhere).colleagues == {person.pk}


def test_accounts_of_one_person_of_relatives_and_of_one_household_are_related():
    person = make_person(household_address=HOME)
    number = make_number()
    sister, mate = make_person(number=number), make_person(household_address=HOME)
    one, same, stranger = officer(person), officer(person), officer(make_person())
    declare_relative(actor=officer_actor(one), number=number, relation="sibling")

    for other in (one, same, officer(sister), officer(mate)):
        assert are_related(one.account_id, other.account_id)
        assert are_related(other.account_id, one.account_id)
    assert not are_related(one.account_id, stranger.account_id)
    assert not are_related(officer().account_id, officer().account_id)


def test_asking_costs_the_same_however_many_officers_and_people():
    def cost(number):
        postings = [officer(make_person(household_address=HOME)) for _ in range(number)]
        people = [make_person(household_address=HOME).pk for _ in range(number * 3)]
        for posting in postings:
            declare_relative(actor=officer_actor(posting), number=make_number(), relation="other")
        with CaptureQueriesContext(connection) as seen:
            circles([one.account_id for one in postings], people)
        return len(seen)

    assert cost(1) == cost(7)


def test_the_page_of_relatives_says_the_same_of_known_and_unknown_numbers(client):
    posting, number = officer(), make_number()
    make_person(number=number)
    sign_in(client, posting.account)

    known = client.post(RELATIVES, {"number": number, "relation": "spouse"}, follow=True)
    unknown = client.post(RELATIVES, {"number": make_number(), "relation": "child"}, follow=True)

    for page in (known.content.decode(), unknown.content.decode()):
        assert "已经申报，异常监测从现在起也会留意。" in page
        assert number not in page
    assert "配偶" in known.content.decode()
    assert (
        "这不是身份证号"
        in client.post(RELATIVES, {"number": "123", "relation": "child"}).content.decode()
    )
    relative = declared(relation="spouse")
    client.post(f"{RELATIVES}{relative.pk}/end/")
    assert "监督员同意之前继续有效" in client.get(RELATIVES).content.decode()


def test_citizens_declare_nobody():
    actor = citizen_actor(make_citizen())
    with pytest.raises(Refused):
        declare_relative(actor=actor, number=make_number(), relation="child")
