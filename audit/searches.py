"""Searches kept for a while beside the reader's session, so that their results have an address.

A result that answers a posted form cannot be gone back to; one with an address can. The address
holds a word of chance and nothing that was typed, and what is kept holds ids, never a number.

Each search is a row of its own among the sessions, found by the reader's session and the word: two
requests of one session write the session whole, and what the first put into it was lost. With the
session the way to its searches ends; the rows are deleted when they have run out.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

KEPT_FOR = timedelta(hours=12)


def keep_search(session: SessionBase, page: str, search: Mapping[str, Any]) -> str:
    """Keep one search of a page and return the word it is found by; for twelve hours."""
    word = secrets.token_urlsafe(9)
    Session.objects.create(
        session_key=_place(session, word),
        session_data=session.encode({"page": page, **search}),
        expire_date=timezone.now() + KEPT_FOR,
    )
    return word


def kept_search(session: SessionBase, page: str, word: str) -> dict[str, Any] | None:
    """The search kept for this page under this word, if it is still there."""
    found = _rows(session, word).first()
    return _read(session, page, found)


@transaction.atomic
def take_search(session: SessionBase, page: str, word: str) -> dict[str, Any] | None:
    """The same, once: what it leads to is shown a single time, however many ask at the same
    moment."""
    found = _rows(session, word).select_for_update().first()
    search = _read(session, page, found)
    if found is not None and search is not None:
        found.delete()
    return search


def forget_searches() -> int:
    """Delete what has run out, with sessions that have; how many rows."""
    deleted, _rows_by_table = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return deleted


def _rows(session: SessionBase, word: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=_place(session, word), expire_date__gt=timezone.now())


def _read(session: SessionBase, page: str, found: Session | None) -> dict[str, Any] | None:
    search = session.decode(found.session_data) if found else {}
    return dict(search) if search.get("page") == page else None


def _place(session: SessionBase, word: str) -> str:
    """Nobody's session: its key is none that a browser was ever given."""
    return sha256(f"search:{session.session_key}:{word}".encode()).hexdigest()[:32]
