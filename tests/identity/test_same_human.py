"""Two accounts of one human being are one person wherever it takes two, as far as we were told."""

import pytest
from django.db import connection

from audit.kernel.errors import Refused
from identity.actions.protect_person import end_protection, protect_person
from identity.selectors.accounts import accounts_of_the_same, same_accounts
from identity.selectors.near import protected_among
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


def test_staff_accounts_and_the_citizens_own_are_one_human_being():
    citizen = make_citizen()
    clerk, other = (make_staff(private_person=citizen.person) for _ in range(2))
    strangers = [make_citizen(), make_staff(), make_staff(private_person=make_person())]
    everybody = {citizen.pk, clerk.pk, other.pk}

    for one in (citizen, clerk, other):
        assert set(same_accounts([one.pk])) == everybody
    assert set(accounts_of_the_same(citizen_actor(citizen))) == everybody
    assert set(same_accounts([clerk.pk, strangers[0].pk])) == everybody | {strangers[0].pk}


def test_who_is_nobody_as_a_citizen_is_only_oneself():
    alone, other, unproven = make_staff(), make_staff(), make_citizen(proven=False)

    assert list(same_accounts([alone.pk])) == [alone.pk]
    assert list(same_accounts([unproven.pk])) == [unproven.pk]
    assert set(same_accounts([alone.pk, other.pk, None])) == {alone.pk, other.pk}
    assert list(same_accounts([None])) == []


def test_whoever_it_is_about_is_found_by_an_index_however_many_citizens_there_are():
    statement, params = same_accounts([make_staff().pk]).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {statement}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Seq Scan" not in plan


def test_two_accounts_of_one_human_being_do_not_end_a_protection(client):
    number, human = make_number(), make_person()
    somebody = make_posting(capacity="secadmin")
    person = make_person(number=number)
    supervisor, security = (
        make_posting(capacity=capacity, account=make_staff(private_person=human))
        for capacity in ("supervisor", "secadmin")
    )
    begun = protect_person(actor=officer_actor(supervisor), number=number, ground="witness")
    assert not end_protection(actor=officer_actor(supervisor), protection_id=begun.pk)

    with pytest.raises(Refused) as refused:
        end_protection(actor=officer_actor(security), protection_id=begun.pk)

    assert refused.value.code == "identity.protection_ends_by_two"
    assert protected_among([person.pk]) == {person.pk}
    for posting, may_agree in ((security, False), (somebody, True)):
        sign_in(client, posting.account)
        page = client.get("/admin/protected/").content.decode()
        assert (f"{begun.pk}/end/" in page) is may_agree
    assert end_protection(actor=officer_actor(somebody), protection_id=begun.pk)
