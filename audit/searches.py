"""Searches kept for a while in the reader's session, so that their results have an address.

A result that answers a posted form cannot be gone back to; one with an address can. The address
holds a word of chance and nothing that was typed, and the session holds ids, never a number.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

KEY = "searches"
KEPT = 24


def keep_search(session: SessionBase, page: str, search: Mapping[str, Any]) -> str:
    """Keep one search of a page and return the word it is found by; the oldest is forgotten."""
    word = secrets.token_urlsafe(9)
    kept = [*session.get(KEY, {}).items(), (word, {"page": page, **search})]
    session[KEY] = dict(kept[-KEPT:])
    return word


def kept_search(session: SessionBase, page: str, word: str) -> dict[str, Any] | None:
    """The search kept for this page under this word, if it is still there."""
    found = session.get(KEY, {}).get(word)
    return dict(found) if found and found["page"] == page else None


def take_search(session: SessionBase, page: str, word: str) -> dict[str, Any] | None:
    """The same, once: what it leads to is shown a single time."""
    found = kept_search(session, page, word)
    if found is not None:
        session[KEY] = {key: one for key, one in session[KEY].items() if key != word}
    return found
