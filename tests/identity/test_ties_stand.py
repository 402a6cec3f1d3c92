"""What decides whose own something is cannot be changed, nor made without an entry that names
everybody in it: whoever holds the application's role makes nobody's affairs its own unseen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.utils import timezone

from applications.models import Application
from audit.kernel.actors import Actor, Capacity, Purpose
from audit.trail import ObjectRef, record
from identity.models import Account, Mandate, Organisation, Person, PersonDetail
from tests.factories.citizen import make_draft, make_release
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    end_mandate,
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

STANDS = "stands as it was written"
DENIED = "permission denied"


@pytest.fixture
def thief() -> Account:
    return make_citizen()


def is_refused(match: str, write: Callable[[], object]) -> None:
    with pytest.raises(ProgrammingError, match=match), transaction.atomic():
        write()


def opens(actor: Actor, subject: UUID, on: ObjectRef | None = None) -> bool:
    """Whether the trail takes an entry of a citizen about this subject; undone again."""
    more: dict[str, Any] = {"on": on} if on else {}
    try:
        with transaction.atomic():
            record(actor=actor, verb="t.viewed", subjects=[subject], purpose=Purpose.own(), **more)
            transaction.set_rollback(True)
    except DataError:
        return False
    return True


def carry_out(write: Callable[[], Any], verb: str, *subjects: UUID, **said: Any) -> None:
    """Up to the end of the transaction, with an entry of this verb about these; then undone."""
    with transaction.atomic():
        made = write()
        if verb:
            record(actor=ARRANGING, verb=verb, subjects=subjects, **{"on": made, **said})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_demanded(write: Callable[[], Any], verb: str, *subjects: UUID) -> None:
    """Not without the entry, not with one that leaves somebody out, is of another act or thing, or
    was refused; and with it."""
    said: list[tuple[str, list[UUID], dict[str, Any]]] = [
        ("", [], {}),
        ("test.other", [*subjects], {}),
        (verb, [*subjects], {"on": ObjectRef("another.kind", "1")}),
        (verb, [*subjects], {"outcome": "refused"}),
        *((verb, [one for one in subjects if one != left], {}) for left in subjects),
    ]
    for word, named, more in said:
        with pytest.raises(ProgrammingError, match="names them"):
            carry_out(write, word, *named, **more)
    carry_out(write, verb, *subjects)


def test_whose_an_account_is_stands(thief):
    other = make_citizen()
    for change in ({"person": None}, {"person": make_person()}, {"kind": "service"}):
        rows = Account.objects.filter(pk=other.pk)
        is_refused(STANDS, lambda rows=rows, change=change: rows.update(**change))
    nobodys = make_citizen(proven=False)
    rows = Account.objects.filter(pk=nobodys.pk)
    is_refused(STANDS, lambda: rows.update(id=uuid4()))
    assert rows.update(language="en") == 1


def test_who_stands_behind_an_account_is_told_by_an_entry_that_names_the_person():
    person, nobodys = make_person(), make_citizen(proven=False)

    def tie() -> Account:
        Account.objects.filter(pk=nobodys.pk).update(person=person)
        return nobodys

    def make() -> Account:
        return Account.objects.create_user("forged", person=person)

    is_demanded(tie, "person.proven", person.pk)
    is_demanded(make, "person.proven", person.pk)


def test_who_leads_an_organisation_stands_and_is_told(thief):
    firm = make_organisation(legal_representative=make_person())
    rows = Organisation.objects.filter(pk=firm.pk)
    is_refused(DENIED, lambda: rows.update(legal_representative=thief.person))
    leader, new = make_person(), uuid4()

    def make() -> Organisation:
        return Organisation.objects.create(
            pk=new, name="X", credit_code="X", legal_representative=leader
        )

    is_demanded(make, "organisation.entered", new, leader.pk)


def test_between_whom_a_mandate_is_stands_and_is_told(thief):
    holder, giver, today = make_person(), make_person(), timezone.localdate()
    mandate = make_mandate(holder=holder, for_person=giver)
    rows = Mandate.objects.filter(pk=mandate.pk)
    for change in (
        {"holder": thief.person},
        {"for_person": thief.person},
        {"valid_to": today + timedelta(days=999)},
        {"verbs": ["everything"]},
    ):
        is_refused(DENIED, lambda change=change: rows.update(**change))
    end_mandate(mandate)
    is_refused(STANDS, lambda: rows.update(revoked_at=None))

    def make() -> Mandate:
        return Mandate.objects.create(holder=holder, for_person=giver, valid_to=today)

    is_demanded(make, "mandate.entered", holder.pk, giver.pk)
    firm = make_organisation()

    def make_for_firm() -> Mandate:
        return Mandate.objects.create(holder=holder, for_organisation=firm, valid_to=today)

    is_demanded(make_for_firm, "mandate.entered", holder.pk, firm.pk)


def end(mandate: Mandate, *subjects: UUID, **said: Any) -> None:
    """With an entry of its end, if there is one, up to the end of the transaction; then undone."""
    with transaction.atomic():
        if said:
            record(**{"verb": "mandate.withdrawn", "on": mandate, "subjects": subjects, **said})
        Mandate.objects.filter(pk=mandate.pk).update(revoked_at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


@pytest.mark.parametrize("of", ["for_person", "for_organisation"])
def test_a_mandate_ends_with_the_entry_of_its_giver_and_of_nobody_else(thief, of):
    giver, holder = make_citizen(), make_citizen()
    firm = make_organisation(legal_representative=giver.person)
    tied = {"for_person": giver.person, "for_organisation": firm}[of]
    mandate = make_mandate(holder=holder.person, **{of: tied})
    both, me = [holder.person_id, tied.pk], citizen_actor(giver)
    said = {"actor": me, "purpose": Purpose.own()}
    officer = {"actor": officer_actor(make_posting()), "purpose": Purpose.duty("tables")}
    wrong = [
        ([], {}),
        ([], {**said, "actor": citizen_actor(thief)}),
        (both[:1], said),
        (both[1:], said),
        (both, {**said, "verb": "test.other"}),
        (both, {**said, "outcome": "refused"}),
        (both, {**said, "on": ObjectRef("identity.mandate", "0")}),
        (both, {**said, "on": ObjectRef("another.kind", str(mandate.pk))}),
        (both, {**said, "actor": replace(me, capacity=Capacity.DELEGATE)}),
        (both, {**said, "actor": replace(me, on_behalf_of=tied.pk)}),
        (both, {**said, "actor": citizen_actor(holder)}),
        (both, {**said, "actor": ARRANGING}),
        (both, officer),
    ]
    for named, entry in wrong:
        with pytest.raises(ProgrammingError, match="no entry of its giver"):
            end(mandate, *named, **entry)
    end(mandate, *both, **said)


def test_whose_a_case_is_stands(thief):
    make_release("CN014")
    case, other = make_draft(thief, "CN014"), make_person()
    rows = Application.objects.filter(pk=case.pk)
    for change in (
        {"applicant": other},
        {"subject_id": other.pk},
        {"subject_kind": "organisation"},
        {"mandate_id": uuid4()},
    ):
        is_refused(STANDS, lambda change=change: rows.update(**change))


def test_nobody_is_put_into_a_case_of_somebody_else(thief):
    make_release("CN014")
    case, other = make_draft(thief, "CN014"), make_person()
    like = Application.objects.filter(pk=case.pk).values().get()
    firm = make_organisation(legal_representative=other)
    today = timezone.localdate()
    ended = make_mandate(holder=thief.person, for_person=other)
    end_mandate(ended)

    def make(**who: Any) -> Application:
        handed_in = {"state": "withdrawn", "submitted_at": timezone.now(), "due_on": today}
        fields = {**like, **handed_in, "id": uuid4(), "reference": "X-1", "track_code": "X", **who}
        return Application.objects.create(**fields)

    for who in (
        {"subject_id": other.pk},
        {"applicant_id": other.pk},
        {"subject_id": firm.pk, "subject_kind": "organisation"},
    ):
        is_refused("without a right to", lambda who=who: make(**who))
    own = make_organisation(legal_representative=thief.person)
    assert make(subject_id=own.pk, subject_kind="organisation").pk


def test_no_id_is_two_kinds_of_things_and_no_account_owns_its_persons_id(thief):
    """An account that is not there owns nothing, least of all the person whose id it names."""
    other, firm = make_person(), make_organisation()
    for taken in (other.pk, firm.pk, thief.pk):
        for make in (
            lambda taken=taken: Person.objects.create(pk=taken, masked_name="*"),
            lambda taken=taken: Organisation.objects.create(pk=taken, name="X", credit_code="X"),
            lambda taken=taken: Account.objects.create_user("x", id=taken),
        ):
            is_refused("somebody else's", make)
    for taken in (other.pk, firm.pk):
        for capacity in (Capacity.CITIZEN, Capacity.DELEGATE, Capacity.ANONYMOUS):
            assert not opens(Actor(account_id=taken, label="", capacity=capacity), taken)


def test_whose_details_are_somebodys_stands(thief):
    """Somebody of whom nothing is kept is anybody's to enter: nobody becomes that again."""
    other = make_person()
    record(actor=ARRANGING, verb="test.arranged", subjects=[other.pk, thief.pk])
    rows = PersonDetail.objects.filter(pk=other.pk)
    is_refused(STANDS, lambda: rows.update(subject_id=thief.pk))
    assert not opens(citizen_actor(thief), other.pk, ObjectRef.of(other))
    assert opens(citizen_actor(thief), thief.pk)


def test_an_officer_is_no_subject_by_being_an_officer():
    staff = make_staff()
    assert not opens(citizen_actor(staff), make_person().pk)
