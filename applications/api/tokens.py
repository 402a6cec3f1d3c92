"""Tokens for officers' programs: another way to carry the staff session, and no longer than it.

A token is made behind the staff door, so it has its second factor, and it ends after the same idle
minutes; it holds the session's key sealed, so that whoever reads a token cannot use it as a cookie.
"""

from hashlib import sha256

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from audit.kernel.actors import Actor, Capacity
from identity.doors import STAFF_DOOR
from identity.middleware import SECOND_FACTOR, is_left
from identity.models import Account
from identity.sealed.text import open_text, seal_text
from identity.sealed.value import BrokenSeal
from identity.selectors.actor import actor_of_officer

HOURS = 8
PLACE = "staff.api.token"
BEARER = b"bearer"
LONGEST = 2000
_NO_CLERK = _("A token works only while you work as a clerk. Switch to that posting at your desk.")


def issue_token(session_key: str) -> str:
    """A token for the session somebody signed in with; it is kept nowhere."""
    return signing.dumps(seal_text(session_key, PLACE), salt=PLACE, compress=True)


class OfficerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`: the officer in the posting the session works in."""

    def authenticate(self, request: Request) -> tuple[Account, str] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != BEARER:
            return None
        token = parts[1].decode("latin-1") if len(parts) == 2 else ""  # noqa: PLR2004
        session = SessionStore(_session_key(token))
        account = _account_of(session)
        _end_if_left(session)
        actor = _actor_of(account, session, request)
        if actor.capacity is not Capacity.CLERK:
            raise AuthenticationFailed(_NO_CLERK)
        request._request.actor = actor  # type: ignore[attr-defined]
        return account, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class OfficerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API's description speaks of the token."""

    target_class = OfficerToken
    name = "officerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def _session_key(token: str) -> str:
    try:
        sealed = signing.loads(token[:LONGEST], salt=PLACE, max_age=HOURS * 3600)
        return open_text(sealed, PLACE)
    except (signing.BadSignature, BrokenSeal, ValueError):
        raise _no_longer_valid() from None


def _account_of(session: SessionStore) -> Account:
    """The account of a session that still lives: signed in, with a second factor, same password."""
    account_id = session.get(SESSION_KEY, "")
    staff = Account.objects.filter(is_active=True, kind=Account.Kind.STAFF)
    account = staff.filter(pk=account_id).first() if account_id else None
    if account is None or not session.get(SECOND_FACTOR):
        raise _no_longer_valid()
    if not constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()
    ):
        raise _no_longer_valid()
    return account


def _end_if_left(session: SessionStore) -> None:
    """A program left idle has lost its officer as much as a page has."""
    if is_left(session, STAFF_DOOR.idle_seconds):
        raise _no_longer_valid()
    if session.modified:
        try:
            session.save()
        except UpdateError:  # signed out at this very moment
            raise _no_longer_valid() from None


def _actor_of(account: Account, session: SessionStore, request: Request) -> Actor:
    key = session.session_key or ""
    return actor_of_officer(
        account,
        session,
        sign_in=sha256(key.encode()).hexdigest()[:16],
        request_id=getattr(request._request, "request_id", ""),
    )


def _no_longer_valid() -> AuthenticationFailed:
    return AuthenticationFailed(_("This token is not valid any more. Make a new one at your desk."))
