"""What nobody's browser sends: refused in words or taken for what it is, never a fault."""

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.pages import page_of
from identity.models import Account, Tally
from identity.tallies import count_one, counted
from portal.trust.views import LOOKS
from tests.factories.citizen import make_draft, make_li_xiao, make_registers, make_release
from tests.factories.identity import make_citizen, make_posting, sign_in

pytestmark = pytest.mark.django_db
NO_KEYS = ["aaaaaaaaaa\x00", "x", "A" * 32, "a" * 33, "'; drop table--"]


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("page", ["/", "/my/", "/track/", "/admin/", "/api/v1/cases/"])
def test_a_cookie_that_is_no_session_is_no_session(client, page, key):
    for name in ("sessionid", "portal_staff"):
        client.cookies[name] = key

    assert client.get(page).status_code in (200, 302, 403)


def test_an_octal_nul_in_a_cookie_is_no_session(client):
    answer = client.get("/track/", headers={"cookie": 'sessionid="aaaaaaaaaa\\000"'})

    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["/track/", "/sign-in/", "/trust/"])
def test_a_field_with_a_name_no_text_has_is_refused(client, page):
    file = SimpleUploadedFile("a.pdf", b"x")

    assert client.post(page, {"file-\x00": "x"}).status_code == 400
    assert client.post(page, {"file-\x00": file}).status_code == 400
    form = urlencode({"a\x00": "x"})
    kind = "application/x-www-form-urlencoded"
    assert client.post(page, form, content_type=kind).status_code == 400


def test_no_file_is_kept_under_such_a_name(client, settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    make_registers()
    make_release("CN005")
    citizen = make_li_xiao()
    draft = make_draft(citizen, "CN005")
    sign_in(client, citizen)
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4")

    answer = client.post(f"/apply/{draft.reference}/materials/", {"file-\x00": file})

    assert answer.status_code == 400
    assert list(tmp_path.rglob("*")) == []


CURSORS = ["p=x", "p=9999-99-99", "p=0001-01-01+00:00:00+14:00", "p=2026-02-31", "p=%00", "o=9"]


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_made_up_cursor_of_the_api_is_refused_in_words(client, cursor):
    sign_in(client, make_citizen())

    answer = client.get("/api/v1/cases/", {"cursor": b64encode(cursor.encode()).decode()})

    assert answer.status_code == (200 if cursor == "o=9" else 400)
    assert cursor == "o=9" or answer.headers["Content-Type"] == "application/problem+json"


MARKS = [
    "9" * 20,
    "9" * 100,
    "0001-01-01T00:00:00+14:00",
    "0001-01-01",
    "9999-12-31T23:59:59-14:00",
    "2026-13-01",
]


@pytest.mark.parametrize("mark", [*MARKS, int("9" * 20), -int("9" * 100), 1e300, "\x00"])
def test_a_made_up_place_in_a_list_begins_at_its_top(mark):
    citizen = make_citizen()
    for given in ([mark, str(citizen.pk)], ["2999-01-01T00:00:00+00:00", mark]):
        raw = urlsafe_b64encode(json.dumps(["a", *given]).encode()).decode().rstrip("=")

        page = page_of(
            Account.objects.all(), keys=("created_at", "id"), cursor=raw, descending=True
        )

        assert page.rows == [citizen]


def test_a_number_too_large_for_a_column_begins_at_the_top():
    posting = make_posting()
    sign_in_again = Account.objects.filter(pk=posting.account_id)
    for mark in (2**63, 2**200, -(2**63)):
        raw = urlsafe_b64encode(json.dumps(["a", mark]).encode()).decode().rstrip("=")
        assert page_of(sign_in_again, keys=("id",), cursor=raw).rows == [posting.account]


@pytest.mark.parametrize("trusted", [True, False])
def test_only_a_trusted_proxy_numbers_requests_and_says_who_asks(client, settings, trusted):
    settings.TRUSTED_PROXY = trusted
    proxys = {"x-request-id": "proxy-12345678", "x-forwarded-for": "1.2.3.4, 203.0.113.7"}

    answer = client.get("/trust/", {"code": "x"}, headers=proxys)

    assert (answer.headers["X-Request-Id"] == "proxy-12345678") is trusted
    assert counted("trust", "203.0.113.7") == (1 if trusted else 0)
    assert counted("trust", "127.0.0.1") == (0 if trusted else 1)


def test_a_number_with_a_line_of_its_own_is_not_taken(client, settings):
    settings.TRUSTED_PROXY = True

    answer = client.get("/track/", headers={"x-request-id": "proxy-12345678\n"})

    assert answer.headers["X-Request-Id"] != "proxy-12345678\n"


def test_all_processes_count_together(client):
    for _one in range(LOOKS):
        count_one("trust", "127.0.0.1", seconds=60)

    answer = client.get("/trust/", {"code": "ABCD"})

    assert answer.status_code == 429
    assert "127.0.0.1" not in Tally.objects.get().key


def test_a_count_begins_anew_after_its_time():
    count_one("trust", "somebody", seconds=-1)

    assert counted("trust", "somebody") == 0
    assert count_one("trust", "somebody", seconds=60) == 1
    assert count_one("trust", "somebody", seconds=60) == 2
    assert counted("trust", "somebody else") == 0
