"""Why somebody who was signed in is so no more, told to them when they come back.

What ends a session from elsewhere deletes it at once: a request still under way cannot bring it
back. Its reason stays as a row of its own among the sessions, whose key no browser was ever given;
who comes back with the ended session's cookie takes it along into the next one.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

IDLE, SIGNED_IN_ELSEWHERE, ENDED_ELSEWHERE = "idle", "signed_in", "ended"
ENDED, TYPED = "ended", "typed"  # places in a session
TOLD_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Ended:
    """Which account's session ended, why and when."""

    why: str
    at: datetime
    account: str


def end_sessions(sessions: Iterable[UserSession], why: str) -> None:
    """End these from elsewhere; whoever sits there is told why at the next page."""
    for session in sessions:
        note = {"why": why, "at": int(time.time()), "account": str(session.user_id)}
        Session.objects.update_or_create(
            session_key=_place(session.session_key),
            defaults={
                "session_data": SessionStore().encode({ENDED: note}),
                "expire_date": timezone.now() + timedelta(seconds=SessionStore().get_expiry_age()),
            },
        )
        session.end()


def end_idle(request: HttpRequest) -> None:
    """Sign out who was away for too long. What they had typed before stays theirs (`typed_again`);
    nothing else of the session does."""
    account, typed = str(request.user.pk), request.session.get(TYPED)
    logout(request)
    _tell(request.session, {"why": IDLE, "at": int(time.time()), "account": account})
    if typed:
        request.session[TYPED] = typed


def take_reason(request: HttpRequest, cookie: str) -> None:
    """If the session of this cookie was ended from elsewhere, keep why in the present one."""
    row = Session.objects.filter(session_key=_place(cookie), expire_date__gt=timezone.now()).first()
    if row is not None:
        _tell(request.session, SessionStore().decode(row.session_data)[ENDED])
        row.delete()


def ended_of(session: SessionBase) -> Ended | None:
    """Why nobody is signed in here any more; nothing once twelve hours have passed: on a shared
    device it would be told to somebody else."""
    note: dict[str, Any] | None = session.get(ENDED)
    if note is None or note["until"] < time.time():
        return None
    return Ended(note["why"], datetime.fromtimestamp(note["at"], UTC), note["account"])


def forget_reason(session: SessionBase, account: str) -> None:
    """Somebody signed in: the reason has been told, and what another account typed is dropped."""
    session.pop(ENDED, None)
    typed = session.pop(TYPED, {})
    own = {page: one for page, one in typed.items() if one["account"] == account}
    if own:
        session[TYPED] = own


def _tell(session: SessionBase, note: dict[str, Any]) -> None:
    session[ENDED] = {**note, "until": int(time.time() + TOLD_FOR.total_seconds())}


def _place(session_key: str) -> str:
    return sha256(f"ended:{session_key}".encode()).hexdigest()[:32]
