"""Whether a place outside still has what it once took.

A head in a place nobody here can change is worth something for as long as it stays there. The
sealer counts what each place has taken (`audit_published`); a file or a witness that has fewer was
emptied, and what it could have shown is gone. A place that never took anything has lost nothing.
"""

import json
from collections.abc import Iterator
from http.client import HTTPException
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from audit.sealing.faults import Fault
from audit.sealing.places import FILE

LOST = "lost heads"
SECONDS = 3


def faults_of_places() -> Iterator[Fault]:
    """A fault for each place that has fewer heads than it took. One that does not answer now is
    not among them: its silence is an alarm of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select place, taken from audit_published where taken > 0 order by place <> %s, place",
            [FILE],
        )
        rows = cursor.fetchall()
    for place, taken in rows:
        kept = _in_our_file() if place == FILE else _at(place)
        if kept is not None and kept < taken:
            yield Fault(LOST, f"{place} took {taken} heads and has {kept}")


def _in_our_file() -> int:
    if not settings.HEADS_FILE.exists():
        return 0
    with settings.HEADS_FILE.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _at(address: str) -> int | None:
    """How many heads the witness says it keeps; None if it does not answer or does not say."""
    try:
        with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - from the settings
            kept = json.load(answer).get("kept")
    except (OSError, ValueError, AttributeError, HTTPException):
        return None
    return kept if isinstance(kept, int) else None
