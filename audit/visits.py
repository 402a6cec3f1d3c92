"""What is one look: opening somebody's page, and what is shown there in full belongs to it.

Rules of the sentinel, an officer's week and the weekly report all count by one function; the page
of a single entry shows what belongs together by the same measure.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db.models import QuerySet

from audit.models import AuditEntry
from audit.selectors import is_look, looks

VISIT = timedelta(minutes=30)
LONGEST = timedelta(hours=12)  # of a chain of values shown one after the other
ONE_REQUEST = timedelta(minutes=1)
MOST = 100
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


def entries_of_look(visible: QuerySet[AuditEntry], entry: AuditEntry) -> list[AuditEntry]:
    """The look an entry belongs to, whole, by id: the page that was opened, every value shown in
    full on it, and what else the same requests showed. Only itself for what is no look.

    `visible`: the entries the reader may see. Bounded by hours and by `MOST`, along the indexes on
    (object_kind, object_id, at) and (actor_label, at).
    """
    if not is_look(entry.verb, entry.outcome):
        return [entry]
    same = visible.filter(looks(), actor_label=entry.actor_label)
    there = same.filter(
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        at__range=(entry.at - LONGEST, entry.at + LONGEST),
    )
    earlier = there.filter(id__lt=entry.pk).order_by("-at", "-id")[:MOST]
    later = there.filter(id__gt=entry.pk).order_by("at", "id")[:MOST]
    found = {one.pk: one for one in [*_back(entry, earlier), entry, *_on(entry, later)]}
    beside = same.filter(
        request_id__in={one.request_id for one in found.values()} - {""},
        at__range=(
            min(one.at for one in found.values()) - ONE_REQUEST,
            max(one.at for one in found.values()) + ONE_REQUEST,
        ),
    )
    found |= {one.pk: one for one in beside.order_by("at", "id")[:MOST]}
    return [found[number] for number in sorted(found)]


def _back(entry: AuditEntry, earlier: Iterable[AuditEntry]) -> Iterable[AuditEntry]:
    """From a value shown back to the page it was shown on."""
    for one in earlier:
        if not entry.verb.endswith(REVEALED) or entry.at - one.at > VISIT:
            return
        yield one
        entry = one


def _on(entry: AuditEntry, later: Iterable[AuditEntry]) -> Iterable[AuditEntry]:
    """On to the values shown until the next page was opened, or for too long nothing was."""
    for one in later:
        if not one.verb.endswith(REVEALED) or one.at - entry.at > VISIT:
            return
        yield one
        entry = one
