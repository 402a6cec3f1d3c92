"""What the pages of the supervisor's room have in common.

Searches are posted, because they can name people, and shown at an address that names nobody; every
look is itself an entry, with everybody the page names as its subjects.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.searches import keep_search
from audit.trail import ObjectRef, record

SUPERVISION = Purpose.duty("supervision")


def actor_of(request: HttpRequest) -> Actor:
    """Who reads; the addresses let in nobody but officers of the right post."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def leave_trace(actor: Actor, on: ObjectRef, subjects: Sequence[UUID]) -> None:
    """The reader's own look, with everybody the page names."""
    record(actor=actor, verb="trail.viewed", on=on, subjects=subjects, purpose=SUPERVISION)


def to_result(
    page: str, request: HttpRequest, name: str, search: Mapping[str, Any]
) -> HttpResponse:
    """On to an address that can be gone back to; what was typed stays in the session."""
    word = keep_search(request.session, name, search)
    return redirect(f"{reverse(page)}?{urlencode({'search': word})}")


def to_search(word: str) -> HttpResponse:
    """Back to the search, which says so if this one is no longer kept."""
    return redirect(f"{reverse('trail:search')}?{urlencode({'search': word})}")


def read_day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def read_time(written: str) -> time | None:
    return time.fromisoformat(written) if written else None


def nothing_of(message: str | Promise, attempted: ObjectRef | None = None) -> Refused:
    """Nobody and nothing of that name: 404. `attempted`: what was tried, for the trail."""
    return Refused(
        code="trail.nothing_there",
        message=message,
        next_step=_("Check what you typed, or search the trail by another sign."),
        status=404,
        attempted=attempted,
    )
