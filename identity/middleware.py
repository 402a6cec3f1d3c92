"""Puts the door, the session and the actor on every request."""

import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, set_urlconf
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.doors import STAFF_DOOR, Door, door_of
from identity.ended import end_idle, ended_of, take_reason
from identity.fresh import proven_at
from identity.models import Account
from identity.rights import post_of, rights_for_this_request
from identity.selectors.actor import actor_of_citizen, actor_of_officer

View = Callable[[HttpRequest], HttpResponse]

SESSION_KEY = re.compile(r"[a-z0-9]{32}")  # anything else is no session, and no database is asked
SEEN_AT = "seen_at"
SECOND_FACTOR = "second_factor"
STAMP_EVERY_SECONDS = 30


class TwoDoorSessionMiddleware(SessionMiddleware):
    """Sessions and form tokens of the two doors never meet.

    Behind the staff door the cookies have other names and the path `/admin/`. They are translated
    on the way in and back on the way out, so that everything inside is plain Django.
    """

    def process_request(self, request: HttpRequest) -> None:
        door = door_of(request)
        request.door = door  # type: ignore[attr-defined]
        request.urlconf = door.urlconf
        set_urlconf(door.urlconf)
        for name, own_name in door.cookie_names:
            request.COOKIES.pop(name, None)
            if own_name in request.COOKIES:
                request.COOKIES[name] = request.COOKIES[own_name]
        if not SESSION_KEY.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        door = door_of(request)
        response = super().process_response(request, response)
        for name, own_name in door.cookie_names:
            morsel = response.cookies.pop(name, None)
            if morsel is not None:
                morsel.set(own_name, morsel.value, morsel.coded_value)
                morsel["path"] = door.prefix
                response.cookies[own_name] = morsel
        return response


class ActorMiddleware:
    """Gives every request its `actor`, ends sessions left alone, and guards the staff door."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = door_of(request)
        cookie = request.session.session_key
        if cookie is not None:
            self._keep_door(request, door)
            self._end_if_left(request, door)
            if request.session.session_key is None:
                take_reason(request, cookie)
            request.ended = ended_of(request.session)  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        with rights_for_this_request():
            response = self._guard(request, door) or self.get_response(request)
        if _is_somebodys(request) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def _keep_door(self, request: HttpRequest, door: Door) -> None:
        """A session that was carried to the other door is nobody's there."""
        if request.user.is_authenticated and _account(request).kind != door.kind:
            request.user = AnonymousUser()

    def _end_if_left(self, request: HttpRequest, door: Door) -> None:
        if not request.user.is_authenticated:
            return
        if is_left(request.session, door.idle_seconds):
            end_idle(request)
            return
        request.idle_seconds = door.idle_seconds  # type: ignore[attr-defined]

    def _guard(self, request: HttpRequest, door: Door) -> HttpResponse | None:
        """Behind the staff door: signed in, with a second factor, and holding a posting."""
        if door is not STAFF_DOOR or _is_entrance(request.path_info):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not _has_second_factor(request):
            return redirect_to_login(request.get_full_path(), _second_factor_page(request))
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_staff:
            return render(request, "portal/refused.html", {"refusal": _no_posting()}, status=403)
        _account(request).post_in_use = post_of(actor)
        return None


def is_left(session: SessionBase, idle_seconds: int) -> bool:
    """Whether nobody used this session for too long; otherwise it is in use now."""
    now = int(time.time())
    seen_at = session.get(SEEN_AT, now)
    if now - seen_at > idle_seconds:
        return True
    if SEEN_AT not in session or now - seen_at >= STAMP_EVERY_SECONDS:
        session[SEEN_AT] = now
    return False


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, as what and for whom."""
    request_id = getattr(request, "request_id", "")
    if not request.user.is_authenticated:
        return Actor.anonymous(request_id)
    sign_in = sha256((request.session.session_key or "").encode()).hexdigest()[:16]
    told = {"sign_in": sign_in, "request_id": request_id}
    if door_of(request) is STAFF_DOOR:
        officer = actor_of_officer(_account(request), request.session, **told)
        return officer.proven(proven_at(request))
    return actor_of_citizen(_account(request), request.session, **told)


def _is_somebodys(request: HttpRequest) -> bool:
    """Whether somebody came with a session or a token: no cache on the way keeps what they got."""
    return request.session.session_key is not None or "Authorization" in request.headers


def _account(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _is_entrance(path: str) -> bool:
    return path.startswith(
        tuple(f"{STAFF_DOOR.prefix}{page}/" for page in ("sign-in", "sign-out", "account"))
    )


def _has_second_factor(request: HttpRequest) -> bool:
    """Whether a code was entered in this session, not merely whether the account has one set up."""
    if request.session.get(SECOND_FACTOR):
        return True
    records = get_authentication_records(request, _account(request))
    if any(record["method"] == "mfa" for record in records):
        request.session[SECOND_FACTOR] = True
        return True
    return False


def _second_factor_page(request: HttpRequest) -> str:
    has_one = is_mfa_enabled(_account(request), [Authenticator.Type.TOTP])
    return reverse("mfa_reauthenticate" if has_one else "mfa_activate_totp")


def _no_posting() -> Refused:
    return Refused(
        code="identity.no_posting",
        message=_("This account holds no posting at the moment."),
        next_step=_("Ask the system administrator of your department to enter your posting."),
        status=403,
    )
