"""How a reader's choices are kept and shown, without an account and without script."""

import pytest
from django.test import Client, RequestFactory, override_settings

from audit.models import AuditEntry
from portal.preferences import chosen, page_context
from tests.factories.identity import make_citizen, sign_in

pytestmark = [pytest.mark.urls("portal.face.urls"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [
        ("theme", "dark", 'data-theme="dark"'),
        ("theme", "light", 'data-theme="light"'),
        ("size", "large", 'data-size="large"'),
        ("contrast", "more", 'data-contrast="more"'),
    ],
)
def test_a_choice_is_kept_and_the_next_page_carries_it(
    client: Client, name: str, value: str, mark: str
) -> None:
    answer = client.post("/preferences/", {name: value, "next": "/preferences/"})
    assert (answer.status_code, answer["Location"]) == (302, "/preferences/")
    html = client.get("/preferences/").content.decode().split("<head>")[0]
    assert mark in html


def test_a_choice_can_be_taken_back(client: Client) -> None:
    client.post("/preferences/", {"size": "large"})
    client.post("/preferences/", {"size": ""})
    assert "data-size" not in client.get("/preferences/").content.decode().split("<head>")[0]


def test_the_language_is_a_choice_as_well(client: Client) -> None:
    assert '<html lang="zh-Hans">' in client.get("/preferences/").content.decode()
    client.post("/preferences/", {"language": "en"})
    page = client.get("/preferences/").content.decode()
    assert '<html lang="en">' in page
    assert "<h1>How pages look</h1>" in page


def test_all_choices_can_be_sent_in_one_form(client: Client) -> None:
    wishes = {"theme": "dark", "size": "large", "contrast": "more", "language": "en"}
    client.post("/preferences/", wishes)
    opening = '<html lang="en" data-theme="dark" data-size="large" data-contrast="more">'
    assert opening in client.get("/preferences/").content.decode()


@pytest.mark.parametrize(
    "wish",
    [
        {"theme": "pink"},
        {"language": "xx"},
        {"colour": "red"},
        {"size": "large\r\nSet-Cookie: a=b"},
        {"theme": "d" * 5000},
        {"contrast": "\u3000more"},
    ],
)
def test_a_choice_we_do_not_offer_changes_nothing(client: Client, wish: dict[str, str]) -> None:
    answer = client.post("/preferences/", wish)
    assert answer.status_code == 400
    assert not answer.cookies
    assert "没有这项设置" in answer.content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "",
        "\x00",
    ],
)
def test_the_way_back_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    answer = client.post("/preferences/", {"theme": "dark", "next": elsewhere})
    assert answer["Location"] == "/"


def test_the_way_back_keeps_its_question(client: Client) -> None:
    answer = client.post("/preferences/", {"theme": "dark", "next": "/search/?q=居住证"})
    assert answer["Location"].startswith("/search/?q=")


def test_another_site_cannot_change_how_our_pages_look(client: Client) -> None:
    answer = client.post(
        "/preferences/", {"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 400
    assert not answer.cookies


@override_settings(SESSION_COOKIE_SECURE=True)
def test_the_cookie_is_kept_to_safe_connections_where_sessions_are(client: Client) -> None:
    cookie = client.post("/preferences/", {"theme": "dark"}).cookies["ui_theme"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_a_cookie_with_nonsense_counts_as_no_choice(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES = {"ui_theme": '"><script>', "ui_size": "huge", "ui_contrast": "more"}
    assert chosen(request) == {"theme": "", "size": "", "contrast": "more"}


def test_visitors_are_not_timed(rf: RequestFactory) -> None:
    assert page_context(rf.get("/"))["idle_seconds"] == 0


@pytest.mark.urls("portal.urls")
def test_whoever_is_signed_in_is_written_to_in_the_language_they_chose(client: Client) -> None:
    account = make_citizen(language="zh-hans")
    sign_in(client, account)

    client.post("/preferences/", {"language": "en"})
    client.post("/preferences/", {"language": "en"})

    account.refresh_from_db()
    assert account.language == "en"
    assert AuditEntry.objects.filter(verb="account.language_chosen").count() == 1
