"""What an officer did, as rules see it: an entry of the trail with its subjects, ids only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from audit.kernel.actors import STAFF_CAPACITIES
from audit.kernel.clock import WorkCalendar
from audit.models import AuditEntry, AuditSubject
from audit.selectors import VIEW_ENDINGS

CLOSE_AT_MOST = 5  # persons; an entry about more of them is a list, not a look at somebody
LOOK_UP = ".looked_up"
EXPORT_ENDINGS = (".exported", ".downloaded")
NO_ACTS = (".listed", ".previewed", ".seen", ".checked", ".traced", "_traced")
OF_SUPERVISION = ("trail.", "protection.", "lookup_review.", "question.", "hold.")
OF_THE_DOOR = ("session.", "account.", "message.")
WITHOUT_CASE = ("", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who acts as what and where: thresholds and alarms are counted by this."""

    officer: str
    account: UUID
    department: str
    capacity: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When offices work: working days, from `opens` to `closes` in the portal's time zone."""

    calendar: WorkCalendar
    opens: time
    closes: time

    def is_off(self, at: datetime) -> bool:
        local = timezone.localtime(at)
        is_open = self.opens <= local.time() < self.closes
        return not (is_open and self.calendar.is_working_day(local.date()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of an officer's."""

    entry: int
    at: datetime
    verb: str
    sign_in: str = ""
    purpose_kind: str = ""
    purpose: str = ""
    outcome: str = "done"
    subjects: frozenset[UUID] = frozenset()
    is_off_hours: bool = False

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()

    @property
    def is_look(self) -> bool:
        """Somebody's data were seen, in a list or one by one; also if the page failed after it."""
        seen = self.outcome != "refused" and bool(self.subjects)
        return seen and self.verb.endswith(VIEW_ENDINGS)

    @property
    def names_few(self) -> bool:
        """One person or one case was looked at, not a list."""
        return self.is_look and len(self.subjects) <= CLOSE_AT_MOST

    @property
    def is_close(self) -> bool:
        """The same, and their data were seen: pages about looks show masked names only.

        Otherwise whoever judges a look at a protected person would raise the next alarm.
        """
        return self.names_few and not self.verb.startswith(OF_SUPERVISION)

    @property
    def is_attempt(self) -> bool:
        """A look at somebody that was refused: nothing was seen, and yet somebody was meant."""
        meant = self.outcome == "refused" and 0 < len(self.subjects) <= CLOSE_AT_MOST
        return meant and self.verb.endswith(VIEW_ENDINGS)

    @property
    def lacks_case(self) -> bool:
        """A look for which neither a case nor a duty of the post is named."""
        return self.is_look and self.purpose_kind in WITHOUT_CASE

    @property
    def is_search(self) -> bool:
        """A person was searched for by number, in vain or not."""
        return self.verb.endswith(LOOK_UP)

    @property
    def exported(self) -> int:
        """How many persons left in a file; a file that names nobody counts as one."""
        if self.outcome == "refused" or not self.verb.endswith(EXPORT_ENDINGS):
            return 0
        return max(1, len(self.subjects))

    @property
    def is_act(self) -> bool:
        """Something was done, not merely looked at or taken along."""
        is_other = self.verb.endswith((*VIEW_ENDINGS, *EXPORT_ENDINGS, *NO_ACTS))
        return self.outcome == "done" and not is_other and not self.verb.startswith(OF_THE_DOOR)


def staff_entries(
    ids: Collection[int], earliest: datetime, latest: datetime
) -> dict[Post, list[AuditEntry]]:
    """The entries of officers among these, by post, oldest first."""
    rows = AuditEntry.objects.filter(pk__in=ids, at__gte=earliest, at__lte=latest)
    found: dict[Post, list[AuditEntry]] = defaultdict(list)
    for entry in (
        rows.filter(capacity__in=sorted(STAFF_CAPACITIES)).exclude(actor=None).order_by("at", "id")
    ):
        found[post_of(entry)].append(entry)
    return found


def post_of(entry: AuditEntry) -> Post:
    if entry.actor is None:
        raise LookupError(f"entry {entry.pk} is nobody's")
    return Post(
        officer=entry.actor_label,
        account=entry.actor,
        department=entry.department,
        capacity=entry.capacity,
    )


def events_of(
    officers: Collection[str], since: datetime, until: datetime, hours: OfficeHours
) -> dict[Post, list[Event]]:
    """Everything these officers did in this time, oldest first. Two queries, however many."""
    rows = AuditEntry.objects.filter(
        actor_label__in=officers,
        at__gte=since,
        at__lt=until,
        capacity__in=sorted(STAFF_CAPACITIES),
    )
    entries = list(rows.exclude(actor=None).order_by("at", "id"))
    about = _subjects([entry.pk for entry in entries], since, until)
    found: dict[Post, list[Event]] = defaultdict(list)
    for entry in entries:
        event = _event(entry, frozenset(about.get(entry.pk, ())), hours)
        found[post_of(entry)].append(event)
    return found


def _subjects(ids: Collection[int], since: datetime, until: datetime) -> dict[int, list[UUID]]:
    rows = AuditSubject.objects.filter(entry_id__in=ids, at__gte=since, at__lt=until)
    found: dict[int, list[UUID]] = defaultdict(list)
    for entry_id, subject in rows.values_list("entry_id", "subject"):
        found[entry_id].append(subject)
    return found


def _event(entry: AuditEntry, subjects: frozenset[UUID], hours: OfficeHours) -> Event:
    return Event(
        entry=entry.pk,
        at=entry.at,
        verb=entry.verb,
        sign_in=entry.sign_in,
        purpose_kind=entry.purpose_kind,
        purpose=entry.purpose,
        outcome=entry.outcome,
        subjects=subjects,
        is_off_hours=hours.is_off(entry.at),
    )
