"""An installation without staff gets the two people by whom everybody else is let in."""

import io
import re
from datetime import timedelta

import pyotp
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.kernel.actors import Capacity
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.actions.make_first_staff import FirstOfficer, make_first_staff
from identity.models import Account, Posting
from tests.conftest import as_owner
from tests.factories.catalog import make_department
from tests.factories.identity import ARRANGING, make_first_post, make_posting, make_staff
from tests.factories.identity import PASSWORD as PASSWORD_OF_ALL

pytestmark = pytest.mark.django_db

LI, ZHAO = ("li.wei", "S001"), ("zhao.min", "S002")
PASSWORD = "correct-horse-battery-7"


def first_staff(
    sysadmin=LI, secadmin=ZHAO, department: str | None = None, *more: str
) -> tuple[list[str], str]:
    """The lines with links, and what is said beside them."""
    links, said = io.StringIO(), io.StringIO()
    call_command(
        "first_staff",
        "--sysadmin",
        *sysadmin,
        "--secadmin",
        *secadmin,
        "--department",
        make_department().code if department is None else department,
        *more,
        stdout=links,
        stderr=said,
    )
    return links.getvalue().splitlines(), said.getvalue()


def page_of(line: str, settings) -> str:
    return line.partition(": ")[2].removeprefix(settings.PORTAL_ADDRESS)


def choose_password(client, page: str) -> int:
    """Follow a link as its person would; the status of the answer to the new password."""
    form = client.get(page, follow=True)
    if not form.redirect_chain:
        return form.status_code
    address = form.redirect_chain[-1][0]
    return client.post(address, {"password1": PASSWORD, "password2": PASSWORD}).status_code


def test_two_accounts_are_made_confirmed_and_in_the_trail(settings):
    links, said = first_staff()
    posts = Posting.objects.in_force().order_by("officer_code")
    facts = ("account__username", "officer_code", "capacity", "account__administration")
    assert list(posts.values_list(*facts)) == [
        ("li.wei", "S001", "sysadmin", "system"),
        ("zhao.min", "S002", "secadmin", "security"),
    ]
    assert all(not one.account.has_usable_password() for one in posts)
    assert [line.partition(": ")[0] for line in links] == ["li.wei", "zhao.min"]
    assert "within 3 days" in said
    assert not re.search(r"/reset/", said)
    entries = AuditEntry.objects.filter(verb="posting.entered").order_by("id")
    assert [(one.actor_label, one.object_id) for one in entries] == [
        ("first_staff", str(post.pk)) for post in posts
    ]


def test_the_link_lets_its_person_choose_a_password_and_leads_on_to_the_app(client, settings):
    links, _said = first_staff()
    page = page_of(links[0], settings)
    assert page.startswith("/admin/account/password/reset/")
    assert choose_password(client, page) == 302
    account = Account.objects.get(username="li.wei")
    assert account.check_password(PASSWORD)
    set_up = client.get("/admin/", follow=True)
    assert set_up.redirect_chain == [("/admin/account/second-factor/set-up/?next=/admin/", 302)]
    code = pyotp.TOTP(set_up.context["form"].secret).now()
    client.post(set_up.request["PATH_INFO"], {"code": code})
    assert Authenticator.objects.filter(user=account, type="totp").exists()
    client.cookies.clear()
    assert choose_password(client, page) == 200


def test_who_signs_in_without_an_app_is_not_asked_for_the_password_twice(client):
    account = make_posting(account=make_staff(username="new.one")).account
    set_up = client.post(
        "/admin/sign-in/", {"login": "new.one", "password": PASSWORD_OF_ALL}, follow=True
    )
    chain = [("/admin/", 302), ("/admin/account/second-factor/set-up/?next=/admin/", 302)]
    assert set_up.redirect_chain == chain
    session = SessionStore(client.cookies["portal_staff"].value)
    for one in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        one["at"] -= 3600
    session.save()
    later = client.get("/admin/account/second-factor/set-up/")
    assert later.headers["Location"].startswith("/admin/account/again/")
    assert not Authenticator.objects.filter(user=account).exists()


def test_a_new_password_of_an_officer_with_an_app_opens_nothing_without_a_code(client, settings):
    links, _said = first_staff()
    TOTP.activate(Account.objects.get(username="li.wei"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    choose_password(client, page_of(links[0], settings))

    assert client.get("/admin/").headers["Location"].startswith("/admin/sign-in/")


def test_a_link_of_the_office_does_nothing_at_the_citizens_door_and_works_at_its_own(
    client, settings
):
    links, _said = first_staff()
    page = page_of(links[0], settings)

    assert choose_password(client, page.removeprefix("/admin")) == 200
    assert client.get("/who/").json()["account"] == "None"
    assert not AuditEntry.objects.filter(verb="session.opened").exists()
    assert choose_password(client, page) == 302


def test_it_is_repeated_for_new_links_until_both_have_a_password(settings):
    first_staff()
    again, _said = first_staff()
    assert Account.objects.count() == Posting.objects.count() == 2
    assert [one.partition(": ")[0] for one in again] == ["li.wei", "zhao.min"]
    for name in ("li.wei", "zhao.min"):
        account = Account.objects.get(username=name)
        account.set_password(PASSWORD)
        account.save()
        if name == "li.wei":
            links, said = first_staff()
            assert [one.partition(": ")[0] for one in links] == ["zhao.min"]
            assert "li.wei has chosen a password already." in said
    with pytest.raises(CommandError, match="There is a system and a security administrator"):
        first_staff(("other.one", "S003"), ("other.two", "S004"))
    assert Account.objects.count() == 2


def test_links_of_before_end_when_it_is_repeated_and_each_link_is_an_entry(client, settings):
    links, _said = first_staff()
    again, _said = first_staff()

    assert choose_password(client, page_of(links[0], settings)) == 200
    assert not Account.objects.get(username="li.wei").has_usable_password()
    client.cookies.clear()
    assert choose_password(client, page_of(again[0], settings)) == 302
    assert Account.objects.get(username="li.wei").check_password(PASSWORD)
    first_staff()
    told = AuditEntry.objects.filter(verb="account.link_made").order_by("id")
    li, zhao = (str(Account.objects.get(username=name).pk) for name in ("li.wei", "zhao.min"))
    assert list(told.values_list("actor_label", "object_id")) == [
        ("first_staff", one) for one in (li, zhao, li, zhao, zhao)
    ]


def test_with_other_names_it_says_who_is_there_also_while_nobody_has_a_password():
    first_staff()
    with pytest.raises(CommandError, match=r"already: li\.wei, zhao\.min\."):
        first_staff(("li.wie", "S003"), ZHAO)
    assert Account.objects.count() == 2


def test_a_spare_pair_is_the_owners_work():
    first_staff()
    with pytest.raises(CommandError, match=r"portal_app: add --settings portal\.settings_owner"):
        first_staff(("li.two", "S003"), ("zhao.two", "S004"), None, "--spare")
    officers = [
        FirstOfficer(username=name, officer_code=code)
        for name, code in (("li.two", "S003"), ("zhao.two", "S004"))
    ]
    with pytest.raises(ProgrammingError, match="begins unconfirmed"), transaction.atomic():
        make_first_staff(
            actor=ARRANGING,
            department=make_department(),
            system=officers[0],
            security=officers[1],
            is_spare=True,
        )
    assert Account.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_owner_makes_a_spare_pair_for_when_the_first_cannot_sign_in():
    with in_one_transaction():
        code = make_department().code
    first_staff(department=code)
    with as_owner():
        links, _said = first_staff(("li.two", "S003"), ("zhao.two", "S004"), code, "--spare")

    assert [one.partition(": ")[0] for one in links] == ["li.two", "zhao.two"]
    assert Posting.objects.in_force().count() == 4
    told = AuditEntry.objects.filter(verb="posting.entered", capacity="system")
    assert told.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("alone", ["sysadmin", "secadmin"])
def test_one_of_the_two_alone_can_let_nobody_in(alone):
    """And only the owner makes another pair: else whoever ends a posting could be the next."""
    with in_one_transaction():
        office, today = make_department(), timezone.localdate()
        over = {"valid_from": today - timedelta(days=9), "valid_to": today - timedelta(days=2)}
        for post in (Capacity.SYSADMIN, Capacity.SECADMIN):
            make_first_post(post, office, f"OLD-{post}", **({} if post == alone else over))
    assert {one.capacity for one in Posting.objects.in_force()} == {alone}

    with pytest.raises(CommandError, match=r"one of the two posts before\..*add --spare and"):
        first_staff(department=office.code)
    assert Account.objects.count() == 2
    with as_owner():
        links, _said = first_staff(LI, ZHAO, office.code, "--spare")

    assert [one.partition(": ")[0] for one in links] == ["li.wei", "zhao.min"]


def test_who_has_one_of_the_two_posts_is_followed_by_the_other_alone():
    office = make_department()
    make_first_post(Capacity.SYSADMIN, office, "li.wei")
    links, _said = first_staff(("li.wei", "li.wei"), ZHAO, office.code)
    assert [one.partition(": ")[0] for one in links] == ["zhao.min"]


@pytest.mark.parametrize(
    ("sysadmin", "secadmin", "why"),
    [
        (("li.wei", "S001"), ("li.wei", "S002"), "li.wei is the account of somebody else."),
        (
            ("li.wei", "S001"),
            ("zhao.min", "S001"),
            "Posting with this Officer code already exists.",
        ),
        (("li wei", "S001"), ZHAO, "Start with a letter"),
        (("", "S001"), ZHAO, "This field cannot be blank."),
        (("li.wei", "S 1\n"), ZHAO, "Use letters, figures, dots and dashes, and not small"),
        (("li.wei", "sentinel"), ZHAO, "not small letters alone."),
    ],
)
def test_names_and_codes_nobody_may_have_are_refused_and_nothing_is_made(sysadmin, secadmin, why):
    with pytest.raises(CommandError, match=re.escape(why)):
        first_staff(sysadmin, secadmin)
    assert not Account.objects.exists()
    assert not Posting.objects.exists()


def test_an_account_of_somebody_else_is_left_alone():
    with in_one_transaction():
        clerk = make_staff()
    with pytest.raises(CommandError, match="is the account of somebody else"):
        first_staff((clerk.username, "S009"))
    assert not Account.objects.filter(username="zhao.min").exists()


def test_a_department_nobody_knows_is_answered_with_those_there_are(settings):
    with pytest.raises(CommandError, match="nor any other here: run load_catalog first"):
        first_staff(department="X")
    here = make_department()
    settings.PORTAL_REGION = here.region_id
    with pytest.raises(CommandError, match=rf"no department 'X'.*\n  {here.code}  {here.name}"):
        first_staff(department="X")
