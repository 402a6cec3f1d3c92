"""The device of a sign-in: a cookie that outlives sessions, noted once, digests only."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from identity.models import Terminal
from identity.selectors.terminals import devices_of
from identity.terminals import COOKIE
from tests.factories.identity import make_citizen, make_posting, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/admin/postings/"


def terminals(posting):
    return list(Terminal.objects.filter(account=posting.account_id).order_by("id"))


def test_the_first_page_gives_the_device_its_cookie_and_notes_it_with_the_sign_in(client):
    posting = make_posting()
    sign_in(client, posting.account)

    first = client.get(PAGE)
    client.get(PAGE)

    cookie = first.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Strict")
    noted = terminals(posting)
    assert len(noted) == 1
    assert cookie.value not in (noted[0].device, noted[0].sign_in)
    client.get("/admin/lookup/")
    assert len(terminals(posting)) == 1


def test_the_sign_in_of_a_terminal_is_the_one_the_trail_writes(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get("/admin/desk/")
    client.post("/admin/lookup/", {"number": "511602199005171234", "reason": "called"})
    entries = AuditEntry.objects.filter(actor=posting.account_id).exclude(sign_in="")
    for entry in entries:
        assert entry.sign_in == terminals(posting)[0].sign_in


def test_a_device_is_known_again_at_the_next_sign_in(client):
    posting = make_posting()
    for _ in range(2):
        sign_in(client, posting.account)
        client.get(PAGE)
    first, second = terminals(posting)
    assert first.device == second.device
    assert first.sign_in != second.sign_in


def test_a_session_that_turns_up_without_its_devices_cookie_is_a_second_device(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get(PAGE)
    elsewhere = Client()
    elsewhere.cookies["portal_staff"] = client.cookies["portal_staff"].value
    elsewhere.get(PAGE, headers={"user-agent": "another"})

    first, second = terminals(posting)
    assert first.sign_in == second.sign_in
    assert first.device != second.device


def test_a_stranger_that_keeps_its_cookie_from_then_on_is_still_one_device(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get(PAGE)
    elsewhere = Client()
    elsewhere.cookies["portal_staff"] = client.cookies["portal_staff"].value
    given = elsewhere.get(PAGE, headers={"user-agent": "another"}).cookies[COOKIE].value
    elsewhere.get(PAGE, headers={"user-agent": "another"})

    first, second = terminals(posting)
    assert given not in (first.device, second.device)
    assert elsewhere.cookies[COOKIE].value == given


def test_a_stranger_that_keeps_no_cookie_is_one_device_and_not_one_a_page(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get(PAGE)
    for _ in range(3):
        elsewhere = Client()
        elsewhere.cookies["portal_staff"] = client.cookies["portal_staff"].value
        elsewhere.get(PAGE, headers={"user-agent": "another"})

    assert len(terminals(posting)) == 2


def test_a_page_costs_no_statement_more_once_the_device_is_known(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    assert not [one for one in seen.captured_queries if "identity_terminal" in one["sql"]]


def test_citizens_get_no_such_cookie_and_are_not_noted(client):
    account = make_citizen()
    sign_in(client, account)
    response = client.get("/my/")
    assert COOKIE not in response.cookies
    assert not Terminal.objects.exists()


def test_signing_out_opens_no_new_session(client):
    posting = make_posting()
    sign_in(client, posting.account)
    client.get(PAGE)
    client.post("/admin/sign-out/")
    assert client.get(PAGE).status_code == 302
    assert len(terminals(posting)) == 1


def used(posting, device, *days_ago):
    for days in days_ago:
        Terminal.objects.create(
            account=posting.account,
            sign_in=f"{device}-{days}",
            device=device,
            first_seen=timezone.now() - timedelta(days=days),
        )


def is_strange(sign_in_word):
    return [one.is_strange for one in devices_of([sign_in_word])[sign_in_word]]


def test_another_device_is_strange_once_there_is_a_usual_one():
    posting = make_posting()
    used(posting, "own", 9, 8, 7)
    used(posting, "other", 1)

    assert is_strange("own-7") == [False]
    assert is_strange("other-1") == [True]
    assert devices_of(["program"]) == {}


def test_a_new_officer_is_strange_nowhere_and_two_usual_devices_are_both_usual():
    new, two = make_posting(), make_posting()
    used(new, "first", 2, 1)
    used(new, "second", 0)
    assert is_strange("second-0") == [False]

    used(two, "desk", 9, 8, 7)
    used(two, "hall", 6, 5, 4, 1)
    assert is_strange("hall-1") == [False]


def test_a_device_used_long_ago_is_usual_no_more():
    posting = make_posting()
    used(posting, "old", 90, 89, 88)
    used(posting, "new", 1)
    assert is_strange("new-1") == [False]
