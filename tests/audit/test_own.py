"""What citizens record is their own, and every look of theirs is an entry of its own."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from identity.models import Mandate, PersonDetail
from tests.conftest import close_gate
from tests.factories.citizen import (
    make_helped,
    make_release,
)
from tests.factories.identity import (
    citizen_actor,
    end_mandate,
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
)

pytestmark = pytest.mark.django_db

LOOKED = "person.viewed"


@pytest.fixture
def me():
    return make_citizen()


def look(actor: Actor, *subjects: UUID | None, on: ObjectRef | None = None) -> int:
    there = [one for one in subjects if one is not None]
    more = {"on": on} if on else {}
    return record(actor=actor, verb=LOOKED, subjects=there, purpose=Purpose.own(), **more)


def is_refused(actor: Actor, *subjects: UUID | None, on: ObjectRef | None = None) -> bool:
    """Whether the database does not take it; nothing is written and nothing open then."""
    before = AuditEntry.objects.count()
    with suppress(DataError), transaction.atomic():
        look(actor, *subjects, on=on)
    return AuditEntry.objects.count() == before


def test_every_look_at_oneself_is_an_entry_and_opens_once(me):
    actor = citizen_actor(me)
    entries = []
    for _time in range(3):
        entries.append(look(actor, me.person_id))
        assert PersonDetail.objects.get().pk == me.person_id
        close_gate()
    assert len(set(entries)) == 3
    rows = AuditSubject.objects.filter(subject=me.person_id, entry_id__in=entries)
    assert rows.count() == 3


def test_a_copy_of_an_earlier_look_opens_nothing_without_a_new_entry(me):
    """Whoever holds the application's role reads every word of an entry and can say it again."""
    first = look(citizen_actor(me), me.person_id)
    close_gate()
    said = AuditEntry.objects.get(pk=first)
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_record(e.actor, e.actor_label, e.capacity, e.department, e.region,"
            " e.principal, e.mandate, e.sign_in, e.verb, e.object_kind, e.object_id,"
            " e.purpose_kind, e.purpose, e.outcome, 'x', null, %s::uuid[])"
            " from audit_entry e where id = %s",
            [[str(me.person_id)], first],
        )
        (again,) = cursor.fetchone()
    assert again > first
    written = AuditEntry.objects.get(pk=again)
    assert (written.actor, written.sign_in) == (said.actor, said.sign_in)
    assert AuditSubject.objects.filter(entry_id=again).get().subject == me.person_id


@pytest.mark.parametrize("capacity", [Capacity.CITIZEN, Capacity.DELEGATE, Capacity.ANONYMOUS])
@pytest.mark.parametrize("purpose", [None, Purpose.own(), Purpose.case("YB-2026-7Q4K-2M9D")])
def test_nobody_opens_somebody_else_as_a_citizen_whatever_is_said(me, capacity, purpose):
    other = make_person()
    actor = replace(citizen_actor(me), capacity=capacity)
    if capacity == Capacity.ANONYMOUS:
        actor = Actor.anonymous()
    with pytest.raises(DataError, match="the citizen's own"), transaction.atomic():
        record(actor=actor, verb=LOOKED, subjects=[me.person_id, other.pk], purpose=purpose)
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        PersonDetail.objects.count()


def test_an_account_that_is_nobodys_or_not_there_owns_nothing(me):
    unproven = make_citizen(proven=False)
    assert is_refused(citizen_actor(unproven), me.person_id)
    assert is_refused(Actor(account_id=uuid4(), label="", capacity=Capacity.CITIZEN), me.person_id)
    assert is_refused(Actor.anonymous(), me.person_id)


def test_what_one_leads_is_ones_own(me):
    mine = make_organisation(legal_representative=me.person)
    theirs = make_organisation(legal_representative=make_person())
    assert look(citizen_actor(me), me.person_id, mine.pk)
    assert is_refused(citizen_actor(me), theirs.pk)


def test_a_mandate_opens_its_giver_while_it_is_in_force(me):
    giver, today = make_person(), timezone.localdate()
    mandate = make_mandate(
        holder=me.person, for_person=giver, valid_to=today + timedelta(days=9), evidence="1"
    )
    assert not is_refused(citizen_actor(me), giver.pk)
    close_gate()
    end_mandate(mandate)
    assert is_refused(citizen_actor(me), giver.pk)


def test_a_mandate_long_over_opens_nobody(me):
    giver, today = make_person(), timezone.localdate()
    make_mandate(
        holder=me.person,
        for_person=giver,
        valid_from=today - timedelta(days=9),
        valid_to=today - timedelta(days=3),
        evidence="1",
    )
    assert is_refused(citizen_actor(me), giver.pk)


def test_whoever_gave_a_mandate_names_its_holder_in_taking_it_back(me):
    holder, today = make_person(), timezone.localdate()
    make_mandate(
        holder=holder, for_person=me.person, valid_to=today + timedelta(days=9), evidence="1"
    )
    assert not is_refused(citizen_actor(me), me.person_id, holder.pk)


def test_a_case_is_named_whole_by_those_in_it_and_by_nobody_else(me):
    make_release("CN014")
    helper = make_citizen()
    case = make_helped(me, helper)
    end_mandate(Mandate.objects.get())
    on, stranger = ObjectRef.of(case), make_citizen()
    close_gate()
    assert case.subjects == [me.person_id, helper.person_id]
    assert is_refused(citizen_actor(stranger), *case.subjects, on=on)
    assert is_refused(citizen_actor(me), *case.subjects, stranger.person_id, on=on)
    for actor in (citizen_actor(me), citizen_actor(helper)):
        assert not is_refused(actor, *case.subjects, on=on)
