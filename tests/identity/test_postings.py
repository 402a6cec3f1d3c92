"""A posting takes two: one enters it, another confirms it; before that it gives nothing."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.actions.choose_posting import choose_posting
from identity.actions.confirm_posting import confirm_posting
from identity.actions.enter_posting import end_posting, enter_posting
from identity.models import Posting
from tests.factories.identity import (
    ARRANGING,
    link,
    make_department,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/postings/to-confirm/"
ENTER = "/admin/identity/posting/add/"


@pytest.fixture
def system():
    """The posting of a system administrator."""
    return make_posting(capacity="sysadmin")


@pytest.fixture
def security():
    """The posting of a security administrator."""
    return make_posting(capacity="secadmin")


@pytest.fixture
def entered(system):
    """A clerk's posting as a system administrator enters it."""
    posting = Posting(
        account=make_staff(username="straw.man"),
        department=make_department(),
        capacity="clerk",
        officer_code="T-9",
    )
    return enter_posting(actor=officer_actor(system), posting=posting)


def refusal_of(act, **given) -> str:
    with pytest.raises(Refused) as refusal:
        act(**given)
    return refusal.value.code


def test_an_unconfirmed_posting_lets_nobody_in(client, entered):
    sign_in(client, entered.account)

    answer = client.get("/admin/desk/")

    assert (answer.status_code, answer.context["refusal"].code) == (403, "identity.no_posting")
    assert list(Posting.objects.in_force().filter(account=entered.account)) == []


def test_nobody_switches_into_an_unconfirmed_posting(client, system):
    works = make_posting()
    waits = Posting(
        account=works.account, department=make_department(), capacity="superior", officer_code="X"
    )
    enter_posting(actor=officer_actor(system), posting=waits)
    actor, session = officer_actor(works), {}

    given = {"actor": actor, "posting_id": waits.pk, "session": session}

    assert refusal_of(choose_posting, **given) == "identity.no_such_posting"
    assert session == {}


def test_security_administration_confirms_it_in_the_back_office(client, entered, security, system):
    EmailAddress.objects.create(user=entered.account, email="straw@example.org", primary=True)
    sign_in(client, security.account)
    page = client.get(LIST).content.decode()
    for told in ("T-9", "straw.man", "straw@example.org", system.account.username):
        assert told in page

    answer = client.post(f"{LIST}{entered.pk}/", follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "straw.man" not in answer.content.decode()
    entered.refresh_from_db()
    assert entered.confirmed_by == security.account
    assert list(Posting.objects.in_force().filter(account=entered.account)) == [entered]
    entries = AuditEntry.objects.filter(object_id=str(entered.pk)).order_by("id")
    assert list(entries.values_list("verb", "actor", "purpose_kind", "purpose")) == [
        ("posting.entered", system.account_id, "duty", "postings"),
        ("posting.confirmed", security.account_id, "duty", "postings"),
    ]


def test_confirming_twice_is_once(entered, security):
    for _time in range(2):
        confirm_posting(actor=officer_actor(security), posting_id=entered.pk)

    told = AuditEntry.objects.filter(verb="posting.confirmed", object_id=str(entered.pk))
    assert told.count() == 1


@pytest.mark.parametrize("capacity", ["sysadmin", "clerk", "superior", "supervisor", "catalogue"])
def test_no_other_post_confirms(client, entered, capacity):
    other = make_posting(capacity=capacity)
    sign_in(client, other.account)

    given = {"actor": officer_actor(other), "posting_id": entered.pk}

    assert refusal_of(confirm_posting, **given) == "identity.nothing_to_confirm"
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{entered.pk}/").status_code == 403
    entered.refresh_from_db()
    assert entered.confirmed_at is None


def test_whom_it_concerns_does_not_confirm_it(security):
    own = Posting(
        account=security.account,
        department=make_department(),
        capacity="secadmin",
        officer_code="OWN",
    )
    enter_posting(actor=officer_actor(make_posting(capacity="sysadmin")), posting=own)
    given = {"actor": officer_actor(security), "posting_id": own.pk}
    assert refusal_of(confirm_posting, **given) == "identity.confirmed_by_another"


@pytest.mark.parametrize("whose", ["account", "entered_by"])
def test_two_accounts_of_one_person_are_one_person(entered, security, whose):
    person = make_person()
    for account in (security.account, getattr(entered, whose)):
        link(account, person)

    given = {"actor": officer_actor(security), "posting_id": entered.pk}

    assert refusal_of(confirm_posting, **given) == "identity.confirmed_by_another"


@pytest.mark.parametrize("who", ["account", "entered_by"])
def test_the_database_itself_wants_two(entered, who):
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=entered.pk).update(confirmed_by=getattr(entered, who))


def test_a_confirmed_posting_is_shortened_and_never_made_longer(system):
    today = timezone.localdate()
    posting = make_posting(valid_from=today - timedelta(days=5), valid_to=today + timedelta(days=5))
    actor = officer_actor(system)

    for change in (
        {"valid_to": None},
        {"valid_to": today + timedelta(days=6)},
        {"valid_from": today - timedelta(days=6)},
        {"capacity": "superior"},
        {"department": make_department()},
    ):
        wider = Posting.objects.get(pk=posting.pk)
        for name, value in change.items():
            setattr(wider, name, value)
        given = {"actor": actor, "posting": wider}
        assert refusal_of(enter_posting, **given) == "identity.posting_only_shortened"
    shorter = Posting.objects.get(pk=posting.pk)
    shorter.valid_to = today
    enter_posting(actor=actor, posting=shorter)

    shorter.refresh_from_db()
    assert (shorter.valid_to, shorter.confirmed_at is None) == (today, False)


def test_an_ended_posting_waits_for_nobody(entered, security, system):
    yesterday = timezone.localdate() - timedelta(days=1)
    Posting.objects.filter(pk=entered.pk).update(valid_from=yesterday)
    end_posting(actor=officer_actor(system), posting=entered, on=yesterday)

    given = {"actor": officer_actor(security), "posting_id": entered.pk}

    assert refusal_of(confirm_posting, **given) == "identity.nothing_to_confirm"


def test_a_job_of_the_portal_enters_the_first_two_who_administer_and_nobody_else():
    def enter(capacity: str, code: str = "") -> None:
        posting = Posting(
            account=make_staff(),
            department=make_department(),
            capacity=capacity,
            officer_code=code or f"T-{capacity}",
        )
        with transaction.atomic():
            enter_posting(actor=ARRANGING, posting=posting)

    for capacity in ("sysadmin", "secadmin"):
        enter(capacity)
    for capacity in ("clerk", "supervisor", "sysadmin", "secadmin"):
        with pytest.raises(ProgrammingError, match=r"entered it|begins unconfirmed"):
            enter(capacity, f"X-{capacity}")

    in_force = Posting.objects.in_force().order_by("officer_code")
    assert [one.capacity for one in in_force] == ["secadmin", "sysadmin"]
    assert {one.confirmed_by for one in in_force} == {None}


def test_a_new_officer_chooses_a_password_by_mail_though_the_address_is_not_verified(
    client, mailoutbox, entered
):
    EmailAddress.objects.create(user=entered.account, email="straw@example.org", primary=True)

    client.post("/admin/account/password/reset/", {"email": "straw@example.org"})

    assert [one.to for one in mailoutbox] == [["straw@example.org"]]
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("typed", ["straw.man", " straw.man ", "pk"])
def test_a_posting_is_entered_by_user_name_and_code_of_the_department(client, typed):
    account, office = make_staff(username="straw.man"), make_department()
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)

    answer = client.post(
        ENTER,
        {
            "account": account.pk if typed == "pk" else typed,
            "department": office.pk if typed == "pk" else office.code,
            "capacity": "clerk",
            "officer_code": "T-10",
            "valid_from": "2026-01-01",
        },
    )

    assert answer.status_code == 302
    entered = Posting.objects.get(officer_code="T-10")
    assert (entered.account, entered.department) == (account, office)


def test_a_name_nobody_has_is_told_in_words_and_no_number_is_asked_for(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)

    page = client.post(ENTER, {"account": "straw.men", "department": "0", "capacity": "clerk"})

    told = page.content.decode()
    assert page.status_code == 200
    assert "没有叫这个名字的账号" in told
    assert "没有这个代码的部门" in told
    assert "有效的UUID" not in told
    assert 'value="straw.men"' in told
    assert told.count('class="vForeignKeyRawIdAdminField vTextField"') == 2


def test_the_staff_door_sends_who_forgot_the_password_to_the_system_administrator(client):
    staff = client.get("/admin/account/password/reset/").content.decode()
    citizens = client.get("/account/password/reset/").content.decode()
    sent = client.get("/admin/account/password/reset/sent/").content.decode()

    assert ("系统管理员" in staff, "带身份证" in staff) == (True, False)
    assert ("系统管理员" in citizens, "带身份证" in citizens) == (False, True)
    assert "系统管理员" in sent
