"""People under protection: by number, known here or not; ended by two, kept on by one."""

import re

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.actions.protect_person import (
    end_protection,
    protect_person,
    refuse_end_of_protection,
)
from identity.models import ProtectedPerson
from identity.quota import PERSONS
from identity.selectors.near import (
    began_protection,
    keepers_of_protections,
    protected_among,
)
from tests.conftest import (
    close_gate,
)
from tests.factories.identity import (
    ARRANGING,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.near import opened

pytestmark = pytest.mark.django_db
PROTECTED = "/admin/protected/"
ROW = r"<li><div>.*?</li>"


def keeper(capacity="supervisor"):
    return officer_actor(make_posting(capacity=capacity))


def begun_by(actor, number=""):
    protection = protect_person(actor=actor, number=number or make_number(), ground="witness")
    close_gate()
    return protection


def refusal(call, **more):
    with pytest.raises(Refused) as refused:
        call(**more)
    return refused.value.code


def said(client, number):
    """What the page answers to a number, without what it is masked as and what counts down."""
    answer = client.post(PROTECTED, {"number": number, "ground": "violence"}, follow=True)
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main")]
    main = re.sub(r'<p class="(?:page-mark|mark-strip)">.*?</p>', "MARK", main, flags=re.DOTALL)
    unlike = r'csrfmiddlewaretoken" value="\w+"|今天还能登记\d+个|\d{3}\*+\w\w|/[0-9a-f-]{36}/'
    return re.sub(r"\s*(<[^>]+>)\s*", r"\1", re.sub(unlike, "", main))


@pytest.mark.parametrize("capacity", ["supervisor", "secadmin"])
def test_a_number_somebody_has_and_one_of_nobody_get_the_same_answer(client, capacity):
    known = make_number()
    person = make_person(name="李晓", number=known)
    sign_in(client, make_posting(capacity=capacity).account)

    unknown, found = said(client, make_number()), said(client, known)

    rows = re.findall(ROW, found, re.DOTALL)
    assert len(rows) == 2
    assert set(rows) == set(re.findall(ROW, unknown, re.DOTALL)) == {rows[0]}
    assert re.sub(ROW, "", found, flags=re.DOTALL) == re.sub(ROW, "", unknown, flags=re.DOTALL)
    assert "从现在起，谁查看这个人的资料，都会提醒监督员；这个人在这里有登记后，" in found
    assert "MARK" in unknown
    assert protected_among([person.pk]) == {person.pk}
    begun = AuditEntry.objects.filter(verb="protection.begun")
    assert list(begun.values_list("outcome", flat=True)) == ["done", "done"]


def test_a_protection_holds_for_whoever_comes_later():
    number, actor = make_number(), keeper()
    begun_by(actor, number)
    person = make_person(number=number)

    assert protected_among([person.pk, make_person().pk]) == {person.pk}
    assert began_protection(actor.account, [person.pk])
    assert not began_protection(keeper().account, [person.pk])


def test_every_number_uses_the_quota_also_one_that_is_listed_already(client):
    number = make_number()
    posting = make_posting(capacity="secadmin")
    sign_in(client, posting.account)
    for _ in range(PERSONS.a_day - 1):
        assert "从现在起" in said(client, number)
    assert "今天还能登记1个" in client.get(PROTECTED).content.decode()
    begun_by(officer_actor(posting))

    page = said(client, make_number())

    assert "您登记号码的次数已经用完了。" in page
    assert "另一位监督员" in page
    record(actor=ARRANGING, verb="test.looked", subjects=keepers_of_protections())
    assert ProtectedPerson.objects.count() == 2
    close_gate()
    assert AuditEntry.objects.filter(verb="protection.begun").count() == PERSONS.a_day
    assert "从现在起" in said_by_another(client, make_number())


def said_by_another(client, number):
    sign_in(client, make_posting(capacity="secadmin").account)
    return said(client, number)


def test_protection_holds_at_once_and_its_end_takes_two_people():
    number = make_number()
    person = make_person(number=number)
    first, second = keeper(), keeper("secadmin")
    protection = begun_by(first, number)
    assert protected_among([person.pk]) == {person.pk}

    assert not end_protection(actor=first, protection_id=protection.pk)
    which = {"actor": first, "protection_id": protection.pk}
    assert refusal(end_protection, **which) == "identity.protection_ends_by_two"
    assert protected_among([person.pk]) == {person.pk}
    assert end_protection(actor=second, protection_id=protection.pk)
    assert protected_among([person.pk]) == frozenset()
    about = AuditSubject.objects.filter(subject=person.pk).values("entry_id")
    verbs = AuditEntry.objects.filter(pk__in=about, verb__startswith="protection.")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "protection.begun",
        "protection.end_asked",
        "protection.ended",
    ]


def test_an_end_is_turned_down_by_one_and_can_be_asked_for_again(client):
    asker, other = keeper(), make_posting(capacity="secadmin")
    protection = begun_by(asker)
    which = {"protection_id": protection.pk}
    end_protection(actor=asker, **which)
    sign_in(client, other.account)
    assert "不同意" in client.get(PROTECTED).content.decode()

    answer = client.post(f"{PROTECTED}{protection.pk}/keep/", follow=True)

    assert "继续保护。" in answer.content.decode()
    assert "没同意解除" in answer.content.decode()
    protection = opened(protection).get()
    assert (protection.ended_at, protection.end_asked_by) == (None, None)
    assert protection.end_refused_by_id == other.account_id
    entry = AuditEntry.objects.get(verb="protection.end_refused")
    assert (entry.actor_label, entry.object_id) == (other.officer_code, str(protection.pk))
    assert refusal(refuse_end_of_protection, actor=asker, **which) == "identity.no_end_asked"
    assert not end_protection(actor=asker, **which)
    assert "没同意解除" not in client.get(PROTECTED).content.decode()


def test_who_asked_for_an_end_can_take_it_back_and_nobody_turned_it_down(client):
    posting = make_posting(capacity="supervisor")
    protection = begun_by(keeper())
    end_protection(actor=officer_actor(posting), protection_id=protection.pk)
    sign_in(client, posting.account)
    assert "收回" in client.get(PROTECTED).content.decode()

    page = client.post(f"{PROTECTED}{protection.pk}/keep/", follow=True).content.decode()

    assert "没同意解除" not in page
    assert "已申请" not in page
    assert refusal(
        refuse_end_of_protection,
        actor=officer_actor(make_posting()),
        protection_id=protection.pk,
    ) == ("identity.protection_not_yours")


def test_the_database_refuses_an_end_by_one_person_and_any_deletion():
    protection = begun_by(keeper())
    alone = make_staff().pk
    ended = {"end_asked_by": alone, "ended_by": alone, "ended_at": timezone.now()}
    rows = opened(protection)
    with pytest.raises(IntegrityError, match="ends_by_two"), transaction.atomic():
        rows.update(**ended)
    for table in ("protectedperson", "declaredrelative", "terminal", "householdmark"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"delete from identity_{table}")


def test_the_list_of_the_protected_names_officers_by_their_post(client):
    posting = make_posting(capacity="supervisor")
    protection = begun_by(keeper())
    end_protection(actor=officer_actor(posting), protection_id=protection.pk)
    sign_in(client, make_posting(capacity="secadmin").account)

    page = client.get(PROTECTED).content.decode()

    assert (
        f"{posting.officer_code}</span> · <span>{posting.department.name}</span> · 监督员" in page
    )
    assert posting.account.username not in page


@pytest.mark.parametrize(
    ("capacity", "status"),
    [("supervisor", 200), ("secadmin", 200), ("clerk", 403), ("superior", 403), ("sysadmin", 403)],
)
def test_the_list_of_the_protected_is_kept_by_supervisors_and_security(client, capacity, status):
    number = make_number()
    person = make_person(name="李晓", number=number)
    begun_by(keeper(), number)
    posting = make_posting(capacity=capacity)
    sign_in(client, posting.account)

    answer = client.get(PROTECTED)

    assert answer.status_code == status
    masked = f"511{'*' * 13}{number[-2:]}"
    assert (masked in answer.content.decode()) is (status == 200)
    assert "李" not in answer.content.decode()
    seen = AuditEntry.objects.filter(verb="protection.viewed")
    assert seen.count() == (status == 200)
    if status == 200:
        named = AuditSubject.objects.filter(entry_id=seen.get().pk)
        assert set(named.values_list("subject", flat=True)) == {person.pk, posting.account_id}
