"""What is one look: opening somebody's page, and what is shown there in full belongs to it.

Rules of the sentinel, an officer's week and the weekly report all count by this one function.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from audit.selectors import is_look

VISIT = timedelta(minutes=30)
REVEALED = ".revealed"
COLUMNS = ("at", "actor_label", "verb", "object_kind", "object_id", "outcome")


class Entry(Protocol):
    """What of an entry is asked here: a row of the trail, or its `COLUMNS` as a named tuple."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor_label(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def object_kind(self) -> str: ...
    @property
    def object_id(self) -> str: ...
    @property
    def outcome(self) -> str: ...


Row = TypeVar("Row", bound=Entry)


def told_apart(entries: Iterable[Row], since: datetime) -> Iterator[tuple[Row, bool]]:
    """Each of these entries from `since` on, and whether it is part of a look before it.

    That is a covered value shown in full, where the same officer under the same post had looked at
    the same thing, a person or a case, in the same request or up to half an hour before. A value
    shown without that is a look: whoever asks for values alone, one case after the other, is
    counted. The entries come oldest first and begin `VISIT` before `since`. Read along once, not
    asked of the database: a question for each value shown cost thirty times as much.
    """
    looked: dict[tuple[str, str, str], datetime] = {}
    for entry in entries:
        thing = (entry.actor_label, entry.object_kind, entry.object_id)
        before = looked.get(thing)
        is_shortly_after = before is not None and entry.at - before <= VISIT
        if entry.at >= since:
            yield entry, is_shortly_after and entry.verb.endswith(REVEALED)
        if is_look(entry.verb, entry.outcome):
            looked[thing] = entry.at
