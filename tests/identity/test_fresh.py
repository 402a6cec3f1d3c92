"""Step-up: what opens much asks for a code of the officer's app, checked a short while ago."""

import time
from datetime import timedelta

import pyotp
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.http import HttpRequest

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.fresh import TRIES, is_fresh, require_fresh
from tests.factories.identity import make_posting, officer_actor, sign_in

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = "9999999"  # seven figures fit no app


@pytest.fixture
def posting():
    posting = make_posting()
    TOTP.activate(posting.account, SECRET)
    return posting


@pytest.fixture
def request_of(client):
    """A request of this officer, signed in as long ago as asked."""

    def request_in(posting, *, proven_ago=None, **record):
        sign_in(client, posting.account, fresh=False)
        request = HttpRequest()
        request.user = posting.account
        request.session = SessionStore(client.cookies["portal_staff"].value)
        request.actor = officer_actor(posting)
        if proven_ago is not None:
            at = time.time() - proven_ago
            record = {"method": "mfa", "type": "totp", "at": at, **record}
            request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        return request

    return request_in


def now():
    return pyotp.TOTP(SECRET).now()


def ask(request, code="", **more):
    """What `require_fresh` answers: nothing, or the code of its refusal."""
    with context.request_context(request):
        try:
            require_fresh(request, code=code, **more)
        except Refused as refusal:
            return refusal.code
    return None


def test_a_sign_in_of_this_morning_is_not_enough(request_of, posting):
    request = request_of(posting)

    assert not is_fresh(request)
    assert ask(request) == "identity.code_needed"


def test_the_code_of_the_app_lets_through_and_stamps_the_session(request_of, posting):
    request = request_of(posting)

    assert ask(request, now()) is None

    assert is_fresh(request)
    assert ask(request) is None
    assert request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["type"] == "totp"


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (599, True), (601, False), (-60, False)])
def test_a_proof_holds_for_ten_minutes(request_of, posting, seconds, fresh):
    assert is_fresh(request_of(posting, proven_ago=seconds)) is fresh


def test_a_page_may_ask_for_a_fresher_one(request_of, posting):
    request = request_of(posting, proven_ago=90)

    assert is_fresh(request)
    assert ask(request, within=timedelta(minutes=1)) == "identity.code_needed"


def test_a_recovery_code_is_no_proof_of_the_app(request_of, posting):
    codes = RecoveryCodes.activate(posting.account).get_unused_codes()
    request = request_of(posting, proven_ago=5, type="recovery_codes")

    assert not is_fresh(request)
    assert ask(request, codes[0]) == "identity.code_refused"


def test_the_proof_of_another_account_does_not_count(request_of, posting):
    request = request_of(posting, proven_ago=5)
    request.user = make_posting().account

    assert not is_fresh(request)


def test_a_wrong_code_is_refused_and_recorded_without_the_code(request_of, posting):
    request = request_of(posting)

    assert ask(request, WRONG) == "identity.code_refused"

    assert not is_fresh(request)
    entry = AuditEntry.objects.get(verb="session.code_refused")
    assert (entry.actor, entry.outcome) == (posting.account_id, "refused")
    assert WRONG not in str(entry.__dict__)


def test_a_code_is_taken_once_in_every_process(request_of, posting):
    code = now()
    assert ask(request_of(posting), code) is None
    cache.clear()  # another process keeps another memory

    assert ask(request_of(posting), code) == "identity.code_refused"
    assert ask(request_of(posting), f"{code[:3]} {code[3:]}") == "identity.code_refused"


def test_the_code_of_the_sign_in_is_used_up_for_the_step_up(client, request_of, posting):
    code = now()
    sign_in(client, posting.account, second_factor=False)
    page = "/admin/account/second-factor/again/"
    assert client.post(page, {"code": code}).status_code == 302
    cache.clear()

    assert ask(request_of(posting), code) == "identity.code_refused"


def test_who_guesses_has_to_wait_also_with_the_right_code(request_of, posting):
    request = request_of(posting)
    assert {ask(request, WRONG) for _ in range(TRIES)} == {"identity.code_refused"}

    assert ask(request, now()) == "identity.too_many_codes"
    assert not is_fresh(request)


def test_an_account_without_an_app_is_told_the_same(request_of):
    assert ask(request_of(make_posting()), now()) == "identity.code_refused"
