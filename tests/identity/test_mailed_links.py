"""A link to a new password proves the address it was mailed to, and no other."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.views import INTERNAL_RESET_SESSION_KEY
from django.core import mail
from django.test import Client

from audit.models import AuditEntry, Outbox
from audit.outbox import take_all
from identity.actions.confirm_posting import confirm_posting
from identity.actions.enter_posting import enter_posting
from identity.mailed_links import addressed, key_and_address, staff_link
from identity.models import Posting
from tests.factories.identity import (
    make_citizen,
    make_department,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

PASSWORD = "willow-lamp-9-stone"
NEW = "new@example.org"


def make_new_officer():
    """An officer as system administration enters one: no password, an address nobody proved."""
    account = make_staff()
    account.set_unusable_password()
    account.save()
    return account, give(account, NEW, primary=True)


def give(account, email: str, **more) -> EmailAddress:
    return EmailAddress.objects.create(user=account, email=email, **more)


def mailed_link(client, mailbox, email: str = NEW) -> str:
    client.post("/admin/account/password/reset/", {"email": email})
    return re.search(r"http://testserver(/\S+)", mailbox[-1].body)[1]


def choose(client, link: str):
    page = client.get(link, follow=True)
    given = {"password1": PASSWORD, "password2": PASSWORD}
    return client.post(page.request["PATH_INFO"], given, follow=True)


def proved() -> list[str]:
    return list(EmailAddress.objects.filter(verified=True).values_list("email", flat=True))


def test_who_chooses_a_password_by_a_mailed_link_goes_on_to_the_app_for_codes(client, mailoutbox):
    account, _address = make_new_officer()
    make_posting(account=account)

    choose(client, mailed_link(client, mailoutbox))

    assert proved() == [NEW]
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain == [("/admin/account/second-factor/set-up/?next=/admin/", 302)]
    assert "验证您的Email" not in page.content.decode()
    assert page.context["form"].secret
    entry = AuditEntry.objects.get(verb="account.address_proved")
    assert (entry.object_kind, entry.object_id) == ("identity.account", str(account.pk))


def test_opening_the_link_alone_proves_nothing(client, mailoutbox):
    make_new_officer()

    client.get(mailed_link(client, mailoutbox), follow=True)

    assert proved() == []


def test_only_the_address_the_link_went_to_is_proved(client, mailoutbox):
    account, _first = make_new_officer()
    give(account, "second@example.org")

    choose(client, mailed_link(client, mailoutbox, "Second@example.org"))

    assert mailoutbox[0].to == ["second@example.org"]
    assert proved() == ["second@example.org"]


def test_a_link_that_was_handed_over_and_not_mailed_proves_no_address(client, settings):
    account, _address = make_new_officer()

    choose(client, staff_link(account).removeprefix(settings.PORTAL_ADDRESS))

    account.refresh_from_db()
    assert (account.check_password(PASSWORD), proved()) == (True, [])


def test_nobody_puts_another_address_behind_a_key(client, mailoutbox):
    account, first = make_new_officer()
    second = give(account, "second@example.org")
    link = mailed_link(client, mailoutbox)

    turned = choose(client, link.replace(f".{first.pk}.", f".{second.pk}."))

    account.refresh_from_db()
    assert turned.context["token_fail"]
    assert (account.has_usable_password(), proved()) == (False, [])


def test_an_address_that_is_another_accounts_by_now_is_not_proved(client, mailoutbox):
    account, _address = make_new_officer()
    link = mailed_link(client, mailoutbox)
    give(make_staff(), NEW, verified=True)

    choose(client, link)

    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert not EmailAddress.objects.get(user=account).verified
    assert not AuditEntry.objects.filter(verb="account.address_proved").exists()


def test_a_key_comes_back_as_it_was_put_in():
    _account, address = make_new_officer()

    assert key_and_address(addressed("c0ffee-1.2", address)) == ("c0ffee-1.2", address.pk)
    assert key_and_address("c0ffee-12") == ("c0ffee-12", None)


def confirm_first_post(account) -> Posting:
    posting = Posting(
        account=account, department=make_department(), capacity="clerk", officer_code="T-9"
    )
    enter_posting(actor=officer_actor(make_posting(capacity="sysadmin")), posting=posting)
    take_all()
    assert mail.outbox == []
    security = officer_actor(make_posting(capacity="secadmin"))
    return confirm_posting(actor=security, posting_id=posting.pk)


def test_a_new_officer_gets_the_first_mail_once_the_posting_is_confirmed(client, settings):
    account, _address = make_new_officer()

    confirm_first_post(account)
    take_all()
    take_all()

    [first] = mail.outbox
    assert (first.to, account.username in first.body) == ([NEW], True)
    entry = AuditEntry.objects.get(verb="account.link_made")
    assert (entry.actor_label, entry.object_id) == ("first mail", str(account.pk))
    link = re.search(rf"{settings.PORTAL_ADDRESS}(/\S+/reset/\S+)", first.body)[1]
    choose(client, link)
    account.refresh_from_db()
    assert (account.check_password(PASSWORD), proved()) == (True, [NEW])
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain == [("/admin/account/second-factor/set-up/?next=/admin/", 302)]


@pytest.mark.parametrize("why", ["has a password", "was closed", "has no address"])
def test_no_first_mail_goes_to_an_account_that(why):
    account, address = make_new_officer()
    confirm_first_post(account)
    if why == "has a password":
        account.set_password(PASSWORD)
    account.is_active = why != "was closed"
    account.save()
    if why == "has no address":
        address.delete()

    take_all()

    assert mail.outbox == []
    assert not AuditEntry.objects.filter(verb="account.link_made").exists()


def test_an_officer_with_a_password_is_promised_no_first_mail():
    confirm_first_post(make_staff())

    assert not Outbox.objects.exists()


def at_the_other_door(link: str) -> str:
    """The same link behind the door it was not mailed for."""
    staffs = "/admin"
    return link.removeprefix(staffs) if link.startswith(staffs) else f"{staffs}{link}"


def make_citizen_who_forgot():
    account = make_citizen()
    give(account, NEW, verified=True, primary=True)
    return account


@pytest.mark.parametrize("kind", ["staff", "citizen"])
def test_a_link_is_neither_taken_nor_spent_at_the_other_door_which_leads_to_its_own(
    client, mailoutbox, kind
):
    account = make_new_officer()[0] if kind == "staff" else make_citizen_who_forgot()
    was = account.password
    door = "/admin" if kind == "staff" else ""
    client.post(f"{door}/account/password/reset/", {"email": NEW})
    link = re.search(r"http://testserver(/\S+)", mailoutbox[-1].body)[1]
    wrong = at_the_other_door(link)
    stranger = Client()
    given = {"password1": PASSWORD, "password2": PASSWORD}

    page = stranger.get(wrong)
    posts = [
        stranger.post(wrong, given),
        stranger.post(wrong, given, headers={"X-Requested-With": "XMLHttpRequest"}),
        stranger.post(re.sub(r"-[^-/]+(-[^/]+)?/$", "-set-password/", wrong), given),
    ]

    assert page.templates[0].name == "account/password_reset_other_door.html"
    assert f'href="{link}"' in page.content.decode()
    assert all(one.status_code in (200, 400) for one in posts)
    account.refresh_from_db()
    assert account.password == was
    choose(client, link)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_whoever_carries_the_key_over_in_a_session_is_not_let_through(client, mailoutbox):
    account, _address = make_new_officer()
    link = mailed_link(client, mailoutbox)
    uid, key = re.search(r"reset/([0-9A-Za-z]+)-(.+)/$", link).groups()
    stranger = Client()
    session = stranger.session
    session[INTERNAL_RESET_SESSION_KEY] = key
    session.save()
    stranger.cookies["sessionid"] = session.session_key

    page = stranger.post(
        f"/account/password/reset/{uid}-set-password/",
        {"password1": PASSWORD, "password2": PASSWORD},
    )

    assert page.context["token_fail"]
    account.refresh_from_db()
    assert not account.has_usable_password()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_program_that_opens_every_link_of_a_mail_spends_none(client, mailoutbox, method):
    account, _address = make_new_officer()
    link = mailed_link(client, mailoutbox)
    for _time in range(2):
        assert getattr(Client(), method)(link, follow=True).status_code == 200

    choose(client, link)

    account.refresh_from_db()
    assert (account.check_password(PASSWORD), proved()) == (True, [NEW])


@pytest.mark.parametrize("door", ["", "/admin"])
def test_a_link_that_is_used_up_or_nobodys_says_so_at_either_door(client, mailoutbox, door):
    make_new_officer()
    link = mailed_link(client, mailoutbox)
    choose(client, link)
    for path in (link.removeprefix("/admin"), "/account/password/reset/zz-nothing/"):
        assert Client().get(f"{door}{path}").context["token_fail"]
