"""Two doors: who comes in where, with which cookie, and what they are told otherwise."""

import time

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, set_urlconf
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from audit.models import AuditEntry
from identity.models import Account
from tests.factories.identity import (
    PASSWORD,
    end_post,
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    sign_in,
)

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def citizen():
    return make_citizen(username="li.xiao")


@pytest.fixture
def officer():
    """A clerk with a posting and a code app."""
    posting = make_posting(account=make_staff(username="clerk.one"), is_primary=True)
    TOTP.activate(posting.account, SECRET)
    return posting.account


def enter(client, page, login, password=PASSWORD, **more):
    return client.post(page, {"login": login, "password": password, **more})


def enter_with_code(client, login="clerk.one"):
    enter(client, "/admin/sign-in/", login)
    return client.post("/admin/account/second-factor/code/", {"code": pyotp.TOTP(SECRET).now()})


def test_a_citizen_signs_in_and_lands_in_the_own_space(client, citizen):
    answer = enter(client, "/sign-in/", "li.xiao")

    assertRedirects(answer, "/my/", fetch_redirect_response=False)
    who = client.get("/my/").json()
    assert who["account"] == str(citizen.pk)
    assert who["capacity"] == "citizen"
    assert who["person"] == str(citizen.person_id)


def test_signing_in_leads_where_one_wanted_to_go(client, citizen):
    answer = enter(client, "/sign-in/?next=/my/own/", "li.xiao")

    assert answer.headers["Location"] == "/my/own/"


def test_signing_in_never_leads_to_another_site(client, citizen):
    answer = enter(client, "/sign-in/?next=https://evil.example/", "li.xiao")

    assert answer.headers["Location"] == "/my/"


def refusal(client, page, login, password):
    answer = enter(client, page, login, password)
    text = answer.content.decode()
    for mark in (login, client.cookies.get("csrftoken"), answer.context["csrf_token"]):
        text = text.replace(getattr(mark, "value", None) or str(mark), "")
    request_id = answer.headers.get("X-Request-Id", "-")
    return answer.status_code, text.replace(request_id, "")


@pytest.mark.parametrize(
    ("page", "other"), [("/sign-in/", "staff"), ("/admin/sign-in/", "citizen")]
)
def test_wrong_door_wrong_password_and_unknown_name_are_one_answer(client, page, other):
    make_staff(username="of-staff")
    make_citizen(username="of-citizen")
    own = "citizen" if other == "staff" else "staff"

    answers = {
        refusal(client, page, f"of-{other}", PASSWORD),
        refusal(client, page, f"of-{own}", "wrong-password-1"),
        refusal(client, page, "nobody.here", PASSWORD),
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 200
    assert client.get("/who/").json()["account"] == "None"
    assert client.get("/admin/").status_code == 302


def test_the_right_password_at_the_wrong_door_says_what_a_wrong_one_says(client, officer):
    answer = enter(client, "/sign-in/", "clerk.one")

    assertContains(answer, "用户名和密码对不上")


@pytest.mark.parametrize(
    ("page", "other"), [("/sign-in/", "/admin/sign-in/"), ("/admin/sign-in/", "/sign-in/")]
)
def test_each_door_names_the_other_before_anything_is_typed(client, page, other):
    assertContains(client.get(page), f'<a href="{other}">')


def test_a_service_account_passes_neither_door(client):
    Account.objects.create_user("exchange", PASSWORD, kind="service")

    for page in ("/sign-in/", "/admin/sign-in/"):
        assert enter(client, page, "exchange").status_code == 200
    assert client.get("/who/").json()["account"] == "None"


def test_wrong_passwords_are_slowed_down_after_five(client, citizen):
    for _attempt in range(5):
        enter(client, "/sign-in/", "li.xiao", "wrong-password-1")

    answer = enter(client, "/sign-in/", "li.xiao")

    assertContains(answer, "五分钟")
    assert client.get("/who/").json()["account"] == "None"


def test_an_officer_enters_a_code_after_the_password(client, officer):
    first = enter(client, "/admin/sign-in/", "clerk.one")

    assertRedirects(first, "/admin/account/second-factor/code/", fetch_redirect_response=False)
    assert client.get("/admin/").status_code == 302

    second = client.post("/admin/account/second-factor/code/", {"code": pyotp.TOTP(SECRET).now()})

    assertRedirects(second, "/admin/", fetch_redirect_response=False)
    who = client.get("/admin/").json()
    assert (who["capacity"], who["account"]) == ("clerk", str(officer.pk))


def test_a_wrong_code_lets_nobody_in(client, officer):
    enter(client, "/admin/sign-in/", "clerk.one")

    answer = client.post("/admin/account/second-factor/code/", {"code": "000000"})

    assert answer.status_code == 200
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("page", ["/admin/", "/admin/lead/", "/admin/messages/"])
def test_an_officer_without_an_app_is_led_to_set_it_up_first(client, page):
    make_posting(account=make_staff(username="new.one"))
    enter(client, "/admin/sign-in/", "new.one")

    answer = client.get(page)

    assert answer.headers["Location"] == f"/admin/account/second-factor/set-up/?next={page}"


def test_setting_up_the_app_needs_the_code_once_more_and_opens_the_office(client):
    make_posting(account=make_staff(username="new.one"))
    enter(client, "/admin/sign-in/", "new.one")
    page = client.get("/admin/account/second-factor/set-up/", follow=True)
    code = pyotp.TOTP(page.context["form"].secret)

    client.post("/admin/account/second-factor/set-up/", {"code": code.now()})
    again = client.get("/admin/")

    assert again.headers["Location"] == "/admin/account/second-factor/again/?next=/admin/"
    client.post(again.headers["Location"], {"code": code.now()})
    assert client.get("/admin/").json()["capacity"] == "clerk"


def test_a_session_without_a_code_stays_outside_even_if_the_account_has_an_app(client, officer):
    sign_in(client, officer, second_factor=False)

    answer = client.get("/admin/")

    assert answer.headers["Location"] == "/admin/account/second-factor/again/?next=/admin/"


def test_staff_cannot_remove_the_app(client, officer):
    enter_with_code(client)

    client.post("/admin/account/second-factor/remove/")

    assert Authenticator.objects.filter(user=officer, type="totp").count() == 1


def test_the_secret_of_the_app_is_sealed_in_the_database(officer):
    stored = Authenticator.objects.get(user=officer, type="totp").data

    assert SECRET not in str(stored)


def test_cookies_of_the_doors_have_their_own_names_and_paths(client, officer, citizen):
    enter_with_code(client)
    staff = client.cookies["portal_staff"]
    enter(client, "/sign-in/", "li.xiao")
    own = client.cookies["sessionid"]

    assert (staff["path"], own["path"]) == ("/admin/", "/")
    assert staff["httponly"]
    assert own["httponly"]
    assert staff.value != own.value
    assert client.get("/who/").json()["account"] == str(citizen.pk)
    assert client.get("/admin/").json()["account"] == str(officer.pk)


@pytest.mark.parametrize("kind", ["citizen", "staff"])
def test_a_session_carried_to_the_other_door_is_nobody(client, kind, officer, citizen):
    account = citizen if kind == "citizen" else officer
    sign_in(client, account)
    mine, other = ("sessionid", "portal_staff")[:: 1 if kind == "citizen" else -1]
    client.cookies[other] = client.cookies[mine].value
    del client.cookies[mine]

    page = "/admin/" if kind == "citizen" else "/who/"
    answer = client.get(page)

    if kind == "citizen":
        assert answer.headers["Location"] == "/admin/sign-in/?next=/admin/"
    else:
        assert answer.json()["account"] == "None"


def test_signing_out_of_one_door_leaves_the_other_open(client, officer, citizen):
    sign_in(client, officer)
    sign_in(client, citizen)

    client.post("/admin/sign-out/")

    assert client.get("/who/").json()["account"] == str(citizen.pk)
    assert client.get("/admin/").status_code == 302
    assert client.cookies["portal_staff"].value == ""


def test_the_key_of_the_session_changes_with_signing_in(client, citizen):
    client.get("/sign-in/")
    sign_in(client, citizen)
    client.post("/sign-out/")
    before = client.cookies["sessionid"].value

    enter(client, "/sign-in/", "li.xiao")

    assert client.cookies["sessionid"].value not in {before, ""}


def test_a_new_sign_in_of_staff_ends_the_older_one(client, officer):
    elsewhere = type(client)()
    enter_with_code(elsewhere)
    assert elsewhere.get("/admin/").status_code == 200

    sign_in_again(client)

    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").headers["Location"].startswith("/admin/sign-in/")


def sign_in_again(client):
    """A code works once, so the second sign-in takes the next one."""
    enter(client, "/admin/sign-in/", "clerk.one")
    following = pyotp.TOTP(SECRET).at(int(time.time()), counter_offset=1)
    client.post("/admin/account/second-factor/code/", {"code": following})


def test_two_sign_ins_of_a_citizen_live_side_by_side(client, citizen):
    elsewhere = type(client)()
    enter(elsewhere, "/sign-in/", "li.xiao")
    enter(client, "/sign-in/", "li.xiao")

    assert elsewhere.get("/who/").json()["account"] == str(citizen.pk)


def left_alone(client, cookie, seconds):
    session = Session.objects.get(session_key=client.cookies[cookie].value)
    data = session.get_decoded()
    data["seen_at"] -= seconds
    session.session_data = Session.objects.encode(data)
    session.save()


@pytest.mark.parametrize(
    ("kind", "page", "limit"), [("citizen", "/my/", 1800), ("staff", "/admin/", 900)]
)
def test_a_session_left_alone_ends_and_the_page_says_the_draft_is_kept(
    client, kind, page, limit, officer, citizen
):
    sign_in(client, citizen if kind == "citizen" else officer)
    cookie = "sessionid" if kind == "citizen" else "portal_staff"
    client.get(page)

    left_alone(client, cookie, limit - 60)
    assert client.get(page).status_code == 200
    left_alone(client, cookie, limit + 1)
    answer = client.get(page)

    assert answer.status_code == 302
    assertContains(client.get(answer.headers["Location"]), "登录后接着办")


def test_somebody_who_did_not_leave_is_told_nothing_about_leaving(client):
    assertNotContains(client.get("/sign-in/"), "登录后接着办")


def test_staff_cannot_register(client):
    page = client.get("/admin/account/register/")
    answer = client.post("/admin/account/register/", {"username": "sneaky", "password1": PASSWORD})

    assertContains(page, "工作人员的账号由管理员开")
    assert answer.status_code == 200
    assert not Account.objects.filter(username="sneaky").exists()


def test_the_same_name_leads_to_the_page_of_the_door(client):
    for urlconf, page in (
        ("tests.identity.urls", "/sign-in/"),
        ("tests.identity.urls_staff", "/admin/sign-in/"),
    ):
        set_urlconf(urlconf)
        assert reverse("account_login") == page
    set_urlconf(None)


def test_an_officer_of_another_post_is_shown_the_way(client, officer):
    sign_in(client, officer)

    assertContains(client.get("/admin/lead/"), "identity.not_your_post", status_code=403)


def test_an_officer_without_a_posting_can_do_nothing(client):
    sign_in(client, make_staff())

    assertContains(client.get("/admin/"), "identity.no_posting", status_code=403)


def test_an_officer_switches_between_own_postings_only(client, officer):
    second = make_posting(account=officer, capacity="lead")
    foreign = make_posting(capacity="lead")
    sign_in(client, officer)

    refused = client.post("/admin/posting/", {"posting": foreign.pk})
    assert refused.status_code == 404
    assert client.get("/admin/").json()["capacity"] == "clerk"

    client.post("/admin/posting/", {"posting": second.pk})
    who = client.get("/admin/").json()
    assert (who["capacity"], who["label"]) == ("lead", second.officer_code)
    assert who["department"] == second.department.code


def test_an_ended_posting_works_no_more_at_the_next_click(client, officer):
    sign_in(client, officer)
    client.get("/admin/")

    for posting in officer.postings.all():
        end_post(posting)

    assert client.get("/admin/").status_code == 403


def test_a_founder_acts_for_the_own_firm_and_nobody_elses(client, citizen):
    firm = make_organisation(legal_representative=citizen.person)
    other = make_organisation()
    sign_in(client, citizen)

    assert client.post("/my/act-for/", {"subject": other.pk}).status_code == 404
    assert client.get("/who/").json()["for"] == "None"

    client.post("/my/act-for/", {"subject": firm.pk})
    assert client.get("/who/").json()["for"] == str(firm.pk)

    client.post("/my/act-for/", {"subject": ""})
    assert client.get("/who/").json()["for"] == "None"


def test_who_leads_a_firm_no_more_acts_for_it_no_more(client, citizen):
    led_by_another = make_organisation(legal_representative=make_person())
    sign_in(client, citizen)
    session = client.session
    session["acting_for"] = str(led_by_another.pk)
    session.save()

    assert client.get("/who/").json()["for"] == "None"


@pytest.mark.parametrize("rubbish", ["x", "0", "\u4e00", "' or 1=1"])
def test_rubbish_as_a_choice_changes_nothing(client, citizen, rubbish):
    sign_in(client, citizen)

    assert client.post("/my/act-for/", {"subject": rubbish}).status_code == 400


def test_a_public_page_asks_for_no_session_and_no_account(client):
    with CaptureQueriesContext(connection) as captured:
        client.get("/")

    tables = " ".join(one["sql"] for one in captured)
    assert "django_session" not in tables
    assert "identity_" not in tables


@pytest.mark.parametrize(
    ("page", "cookie", "path"),
    [("/sign-in/", "csrftoken", "/"), ("/admin/sign-in/", "portal_staff_csrf", "/admin/")],
)
def test_forms_of_each_door_are_guarded_by_a_token_of_its_own(page, cookie, path):
    client = Client(enforce_csrf_checks=True)
    token = client.get(page).context["csrf_token"]

    forged = enter(client, page, "nobody.here", csrfmiddlewaretoken="x" * 64)
    honest = enter(client, page, "nobody.here", csrfmiddlewaretoken=str(token))

    assert (forged.status_code, honest.status_code) == (403, 200)
    assert client.cookies[cookie]["path"] == path
    assert [name for name in client.cookies if "csrf" in name] == [cookie]


def test_signing_in_and_failing_to_are_recorded_without_the_name_that_was_tried(client, citizen):
    enter(client, "/sign-in/", "somebody.else", "wrong-password-1")
    enter(client, "/sign-in/", "li.xiao")

    refused = AuditEntry.objects.get(verb="session.refused")
    opened = AuditEntry.objects.get(verb="session.opened")
    assert (refused.actor, refused.outcome, refused.object_id) == (None, "refused", "citizen")
    assert (opened.actor, opened.capacity) == (citizen.pk, "citizen")


RUBBISH = ["x" * 100_000, "a\x00b", "\u202eevil", "🙂", "' or 1=1 --", "\ud7ff\uffff", " \t\n"]


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("page", ["/sign-in/", "/admin/sign-in/"])
def test_rubbish_at_a_door_is_answered_and_kept_out(client, page, rubbish):
    for login, password in ((rubbish, PASSWORD), ("nobody.here", rubbish)):
        assert enter(client, page, login, password).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/account/password/reset/zzzz-abc/",
        "/account/password/reset/0-%F0%9F%99%82/",
        "/account/password/reset/" + "z" * 3000 + "-a/",
        "/account/email/confirm/MQ:1abc:xyz/",
        "/account/email/confirm/" + "a" * 3000 + "/",
        "/admin/account/password/reset/zzzz-abc/",
    ],
)
def test_made_up_links_get_a_page_and_a_way_on(client, address):
    assertContains(client.get(address), "这个链接用过了")
