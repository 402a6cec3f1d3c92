"""What every answer carries, whoever made it: the view, the page cache, or a refusal on the way."""

import pytest
from django.contrib.messages import INFO
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import Client, RequestFactory

from tests.factories.desk import make_in_hand
from tests.factories.identity import make_citizen, sign_in

pytestmark = pytest.mark.django_db

ANSWERS = [
    *("/", "/services/", "/nothing-here/", "/admin/", "/%00", "/api/v1/items/", "/sign-in/"),
    *("/health/live", "/health/ready", "/metrics"),
]


@pytest.mark.parametrize("address", ANSWERS)
def test_no_answer_can_be_framed_sniffed_or_run_foreign_code(client, address):
    for _kept_or_not in range(2):
        answer = client.get(address)

        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("address", ["/", "/services/", "/my/", "/api/v1/cases/", "/nothing-here/"])
def test_no_cache_keeps_what_somebody_signed_in_was_given(client, address):
    sign_in(client, make_citizen())

    assert "no-store" in client.get(address).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("page", "status"),
    [("", 200), ("approve/", 200), ("reject/", 200), ("correct/", 200), ("fact/", 409)],
)
def test_no_cache_keeps_a_page_of_a_case(client, page, status):
    case, posting = make_in_hand()
    sign_in(client, posting.account)

    answer = client.get(f"/admin/desk/{case.reference}/{page}")

    assert answer.status_code == status
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_request_that_is_no_text_is_refused_in_the_readers_language(client):
    answer = client.get("/%00", headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert answer.headers["Content-Language"] == "en"


def test_a_notice_for_one_visitor_is_not_kept_for_all(client):
    storage = CookieStorage(RequestFactory().get("/"))
    notice = storage._encode([Message(INFO, "Only for you")])
    client.cookies[CookieStorage.cookie_name] = notice

    assert "Only for you" in client.get("/").content.decode()
    assert "Only for you" not in Client().get("/").content.decode()
