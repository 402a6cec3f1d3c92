"""Who is protected, related or of one household is compared, and never listed without an entry."""

from uuid import uuid4

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.actions.protect_person import PROTECTION, end_protection
from identity.models import DeclaredRelative, HouseholdMark, PersonNumber, ProtectedPerson
from identity.selectors.near import (
    accounts_around,
    began_protection,
    circles,
    near_among,
    protected_among,
    waiting_ends,
    who_ends_relatives,
    without_mark,
)
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    make_person,
    make_posting,
    make_protected,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.near import make_relative

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [ProtectedPerson, DeclaredRelative, HouseholdMark])
def test_nobody_reads_them_with_the_entry_of_somebody_else(model):
    person = make_person()
    make_protected(person)
    make_relative(make_staff(), PersonNumber.objects.get(person=person).digest)
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        list(model.objects.all())
    record(actor=ARRANGING, verb="test.looked", subjects=[make_staff().pk], purpose=PROTECTION)
    assert list(model.objects.all()) == []


def test_only_those_at_hand_are_compared():
    one, other, nobody = make_person(), make_person(), make_person()
    begun = make_protected(one)
    make_protected(other)
    assert protected_among([one.pk, nobody.pk]) == {one.pk}
    assert protected_among([]) == frozenset()
    assert began_protection(begun.entered_by_id, [one.pk])
    assert not began_protection(begun.entered_by_id, [other.pk])
    assert accounts_around([begun.entered_by_id]) == {begun.entered_by_id}


def test_two_hundred_are_compared_at_once_and_more_in_portions():
    officer, one = make_posting().account, make_person()
    relative = make_relative(officer, PersonNumber.objects.get(person=one).digest)
    make_protected(one)
    strangers = [uuid4() for _ in range(450)]
    many = [*strangers[:300], one.pk, *strangers[300:]]
    assert protected_among(many) == {one.pk}
    assert near_among(officer.pk, many) == {one.pk}
    assert set(circles([*strangers[:300], officer.pk], many)) == {relative.account_id}
    asked = {
        "identity_protected(%s::uuid[], null)": [many[:201]],
        "count(*) from identity_near('{}', %s::uuid[])": [many[:201]],
        "count(*) from identity_near(%s::uuid[], '{}')": [many[:201]],
    }
    for question, values in asked.items():
        with (
            pytest.raises(DataError, match="two hundred people"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select {question}", values)


def test_what_waits_is_counted_without_reading_whom_it_is_about():
    begun = make_protected(make_person())
    asker = make_posting(capacity="supervisor")
    end_protection(actor=officer_actor(asker), protection_id=begun.pk)
    close_gate()
    other = officer_actor(make_posting(capacity="secadmin"))
    assert (waiting_ends(officer_actor(asker)).open, waiting_ends(other).open) == (0, 1)
    assert who_ends_relatives(other) == []
    assert without_mark(10) == []


def test_every_look_at_protections_is_an_entry_before_anybody_is_shown(client):
    begun = make_protected(make_person())
    keeper = make_posting(capacity="secadmin")
    sign_in(client, keeper.account)
    client.get("/admin/protected/")
    client.post(f"/admin/protected/{begun.pk}/end/")
    mine = AuditEntry.objects.filter(actor=keeper.account_id, verb__startswith="protection.")
    assert list(mine.order_by("pk").values_list("verb", flat=True)) == [
        "protection.listed",
        "protection.viewed",
        "protection.listed",
        "protection.end_asked",
    ]
    opened = AuditSubject.objects.filter(entry_id__in=mine.filter(verb="protection.listed"))
    assert set(opened.values_list("subject", flat=True)) == {
        keeper.account_id,
        begun.entered_by_id,
    }
