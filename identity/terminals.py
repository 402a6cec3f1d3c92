"""Which device an officer works on: known by a cookie of the staff door that outlives sessions.

It holds a word that says nothing about its bearer; the database keeps a keyed digest of it. A new
device of a session is written down once; otherwise a page costs no statement more.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from audit.kernel.actors import Actor
from identity.doors import STAFF_DOOR, door_of
from identity.models import Terminal
from identity.tallies import address_of

COOKIE = "portal_staff_device"
KEPT_SECONDS = 400 * 24 * 3600  # as long as browsers keep any cookie
SEEN = "terminals"
LONGEST = 64
View = Callable[[HttpRequest], HttpResponse]


def known_terminal(get_response: View) -> View:
    """Middleware behind `ActorMiddleware`: names the device, and notes it with the sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if door_of(request) is not STAFF_DOOR:
            return get_response(request)
        word = request.COOKIES.get(COOKIE, "")
        actor: Actor = request.actor  # type: ignore[attr-defined]
        is_fresh = not word or len(word) > LONGEST
        if is_fresh:
            word = _word_for(request, actor)
        if actor.is_staff:
            _note(request, actor, _digest(word))
        response = get_response(request)
        if is_fresh:
            _give(response, word)
        return response

    return middleware


def _word_for(request: HttpRequest, actor: Actor) -> str:
    """The word a browser without one is given.

    A session that comes without the cookie it was given has been carried somewhere else: there it
    is known by program and network, and all that it asks for at once is given the same word, or one
    browser would count as several.
    """
    if not (actor.is_staff and request.session.get(SEEN)):
        return secrets.token_urlsafe(24)
    return _digest(f"{actor.sign_in}\x00{_traits(request)}")


def _note(request: HttpRequest, actor: Actor, device: str) -> None:
    """Write the device down unless this session was seen on it before."""
    seen: list[str] = request.session.get(SEEN, [])
    if device in seen:
        return
    Terminal.objects.bulk_create(
        [Terminal(account_id=actor.account, sign_in=actor.sign_in, device=device)],
        ignore_conflicts=True,
    )
    request.session[SEEN] = [*seen, device]


def _traits(request: HttpRequest) -> str:
    """The browser's own name and the network it comes from: coarse on purpose."""
    address = address_of(request)
    network = address.rpartition(":" if ":" in address else ".")[0]
    return f"{request.headers.get('User-Agent', '')}\x00{network}"


def _digest(value: str) -> str:
    return salted_hmac("identity.terminal", value, algorithm="sha256").hexdigest()[:32]


def _give(response: HttpResponse, word: str) -> None:
    response.set_cookie(
        COOKIE,
        word,
        max_age=KEPT_SECONDS,
        path=STAFF_DOOR.prefix,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
