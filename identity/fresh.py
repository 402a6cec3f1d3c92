"""Step-up: before what opens much, the second factor is shown once more.

Signing in with a second factor in the morning says who sat down then. A look without a case asks
who sits there now: a code of the officer's own app, checked in this very session a short while ago.
What counts is the list allauth keeps of what was really checked (type, moment); nothing else stamps
a session. Codes are counted in the database, so that no second process takes one again.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.kernel.errors import Refused
from audit.kernel.fresh import FRESH, code_refused, refuse_stale
from audit.kernel.fresh import is_fresh as is_actor_fresh
from audit.trail import ObjectRef, record
from identity.http import SignedInRequest
from identity.models import Account
from identity.tallies import count_one

TRIES, TRIES_SECONDS = 5, 300
CODE_REFUSED = "session.code_refused"


def proven_at(request: HttpRequest) -> datetime | None:
    """When a code of the app was last checked in this session; asks no database.

    A recovery code proves less and does not count; nor does a moment that lies ahead.
    """
    now = time.time()
    checked = [
        one["at"]
        for one in get_authentication_records(request, cast(Account, request.user))
        if one.get("type") == Authenticator.Type.TOTP and one["at"] <= now
    ]
    return datetime.fromtimestamp(max(checked), UTC) if checked else None


def is_fresh(request: SignedInRequest, within: timedelta = FRESH) -> bool:
    """Whether such a code was checked no longer ago than `within`."""
    return is_actor_fresh(request.actor.proven(proven_at(request)), within)


def require_fresh(request: SignedInRequest, *, code: str = "", within: timedelta = FRESH) -> None:
    """Let through who proved themselves within this time, or does so now with `code`.

    Refused without one (`identity.code_needed`), with one that does not fit or was used before
    (`identity.code_refused`, recorded), and after five tries in five minutes
    (`identity.too_many_codes`). Call it where the request commits: a refused try must be counted.
    """
    if is_fresh(request, within):
        return
    if not code:
        refuse_stale(request.actor.proven(None))
    if count_one("step-up", str(request.user.pk), seconds=TRIES_SECONDS) > TRIES:
        raise Refused(
            code="identity.too_many_codes",
            message=_("There were too many codes in a short time."),
            next_step=_("Wait five minutes, then enter the code your app shows by then."),
            status=429,
        )
    authenticator = _app_of(request)
    if authenticator is None or not authenticator.wrap().validate_code(code):
        raise _not_taken(request)
    if not spend(request.user.pk, code):
        raise _not_taken(request)
    post_authentication(request, authenticator, reauthenticated=True)
    request.actor = request.actor.proven(proven_at(request))


def spend(account_id: object, code: str) -> bool:
    """Use up one code of an account; False if it was used before, in whatever process.

    It is remembered for as long as it could be entered: its own period and the tolerance around it.
    """
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return count_one("code", f"{account_id}:{normalize_user_code(code)}", seconds=seconds) == 1


def _app_of(request: HttpRequest) -> Authenticator | None:
    return Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).first()


def _not_taken(request: SignedInRequest) -> Refused:
    """Recorded without the code: who guesses at somebody's desk leaves a trace."""
    session = ObjectRef("identity.session", request.actor.sign_in)
    record(actor=request.actor, verb=CODE_REFUSED, on=session, outcome="refused")
    return code_refused("identity.code_refused", _("This code does not fit, or was used before."))
