"""What is wrong with a new password is said in Chinese, wherever one is chosen."""

import re

import pytest

from identity.models import Account
from tests.factories.identity import (
    PASSWORD,
    make_citizen,
    make_posting,
    make_staff,
    sign_in,
)
from tests.identity.test_mailed_links import NEW, give, mailed_link

pytestmark = pytest.mark.django_db

WEAK = {
    "short": "密码太短，至少要12位。",
    "123456789012345": "密码只有数字，请加上字母或词语。",
    "password1234": "这个密码太常见了。",
    "li.xiao.here": "密码跟 用户名 太相似了。",
}


def errors(page) -> list[str]:
    assert page.status_code == 200
    form = page.context["form"]
    return [one for of_field in form.errors.values() for one in of_field]


def has_english(words: list[str]) -> bool:
    return any(re.search(r"[A-Za-z]{3,}", one) for one in words)


def reset_form(client, mailbox) -> str:
    client.post("/account/password/reset/", {"email": NEW})
    link = re.search(r"http://testserver(/\S+)", mailbox[-1].body)[1]
    return client.get(link, follow=True).request["PATH_INFO"]


@pytest.mark.parametrize(("password", "said"), WEAK.items())
def test_at_registering(client, password, said):
    given = {"username": "li.xiao.here", "password1": password, "email": ""}

    page = client.post("/account/register/", given)

    assert errors(page) == [said]
    assert said in page.content.decode()
    assert not Account.objects.exists()


@pytest.mark.parametrize(("password", "said"), WEAK.items())
def test_at_the_link_of_a_mail(client, mailoutbox, password, said):
    account = make_citizen(username="li.xiao.here")
    give(account, NEW, verified=True, primary=True)
    address = reset_form(client, mailoutbox)

    weak = client.post(address, {"password1": password, "password2": password})
    unlike = client.post(address, {"password1": PASSWORD, "password2": f"{PASSWORD}x"})
    empty = client.post(address, {})

    assert errors(weak) == [said]
    assert not has_english([*errors(unlike), *errors(empty)])
    assert (len(errors(unlike)), len(errors(empty))) == (1, 2)


@pytest.mark.parametrize(("password", "said"), WEAK.items())
def test_while_signed_in(client, password, said):
    sign_in(client, make_citizen(username="li.xiao.here"))
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    page = client.post("/account/password/", given)

    assert errors(page) == [said]


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [("mallow-9-fi", False), ("mallow-9-fir", True), ("13900000001x", True)],
    ids=["eleven", "twelve", "figures and a letter"],
)
def test_twelve_signs_are_enough_and_one_that_is_no_figure(client, password, is_taken):
    account = make_citizen(username="li.xiao.here")
    sign_in(client, account)
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    client.post("/account/password/", given)

    account.refresh_from_db()
    assert account.check_password(password) is is_taken


@pytest.mark.parametrize(("password", "said"), WEAK.items())
def test_at_the_link_of_an_officer(client, mailoutbox, password, said):
    account = make_staff(username="li.xiao.here")
    make_posting(account=account)
    give(account, NEW, primary=True)
    page = client.get(mailed_link(client, mailoutbox), follow=True)
    given = {"password1": password, "password2": password}

    weak = client.post(page.request["PATH_INFO"], given)

    assert errors(weak) == [said]
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
