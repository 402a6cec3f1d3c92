"""What an officer did, as rules see it: an entry of the trail with its subjects, ids only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from audit.kernel.actors import STAFF_CAPACITIES
from audit.kernel.clock import WorkCalendar
from audit.models import AuditEntry, AuditSubject
from audit.selectors import NO_CASE, VIEW_ENDINGS
from audit.trail import ObjectRef
from audit.visits import VISIT, told_apart

CLOSE_AT_MOST = 5  # persons; an entry about more of them is a list, not a look at somebody
LOOK_UP, SEARCHED, TRACED, REFUSED = ".looked_up", ".searched", "_traced", ".refused"
BY_REASON = ".opened_by_reason"
CASES_REFUSED = ("application.refused", "case.refused")
TYPED_IN_VAIN = ("hold.asked", "erasure.asked", "officer.linked", *CASES_REFUSED)
"""Refused: nothing came of the number."""
CASE_NUMBER = "trail.case"
EXPORT_ENDINGS = (".exported", ".downloaded")
NO_ACTS = (".listed", ".previewed", ".seen", ".checked", ".traced", TRACED, SEARCHED)
OF_SUPERVISION = ("trail.", "protection.", "lookup_review.", "question.", "hold.", "erasure.")
OF_THE_DOOR = ("session.", "account.", "message.")
TO_JUDGE = ("verdict", "lookup_review", "question")  # duties that put people before a supervisor
READ, PERSON_PAGE, ROOM = "trail.viewed", ("trail", "person"), "trail"


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
        local = at.astimezone(timezone.get_default_timezone())
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
    object_kind: str = ""
    object_id: str = ""
    subjects: frozenset[UUID] = frozenset()
    is_off_hours: bool = False
    is_continued: bool = False
    """It belongs to a look before it (`audit.visits`) and is none of its own."""

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()

    @property
    def is_look(self) -> bool:
        """Somebody's data were seen, in a list or one by one; also if the page failed after it."""
        seen = self.outcome != "refused" and bool(self.subjects)
        return seen and self.verb.endswith(VIEW_ENDINGS)

    @property
    def is_attempt(self) -> bool:
        """A look at somebody that was refused: nothing was seen, and yet somebody was meant."""
        reached = self.verb.endswith((*VIEW_ENDINGS, REFUSED))
        return self.outcome == "refused" and bool(self.subjects) and reached

    @property
    def reached_for(self) -> ObjectRef:
        """What the entry points at."""
        return ObjectRef(self.object_kind, self.object_id)

    @property
    def is_nameless_attempt(self) -> bool:
        """Something was refused, and the entry names the thing and nobody."""
        return self.outcome == "refused" and self.verb.endswith(REFUSED) and not self.subjects

    @property
    def names_few(self) -> bool:
        """One person or one case was looked at, searched for or reached for, not a list."""
        aims = self.is_look or self.is_attempt or self.verb.endswith(SEARCHED)
        return aims and 0 < len(self.subjects) <= CLOSE_AT_MOST

    @property
    def is_close(self) -> bool:
        """One person or one case was looked at, and their data were seen: pages about looks show
        masked names only."""
        return self.is_look and self.names_few and not self.verb.startswith(OF_SUPERVISION)

    @property
    def is_chosen(self) -> bool:
        """The officer went after these very people: looked, tried to, or searched for them.

        A supervisor who reads a list, an officer's week or something that has to be judged has not
        chosen who stands in it; who types a number or opens somebody's or a case's page has.
        """
        if not self.names_few or not self.verb.startswith(OF_SUPERVISION):
            return self.names_few
        page = (self.object_kind, self.object_id)
        elsewhere = bool(self.object_kind) and not self.object_kind.startswith(ROOM)
        is_page = self.verb == READ and (page == PERSON_PAGE or elsewhere)
        return is_page or self.verb.endswith(SEARCHED)

    @property
    def is_to_judge(self) -> bool:
        """A page that has to be judged was read: an alarm, a review, a question."""
        return self.is_look and self.purpose_kind == "duty" and self.purpose in TO_JUDGE

    @property
    def lacks_case(self) -> bool:
        """A look for which neither a case nor a duty of the post is named."""
        return self.is_look and self.purpose_kind in NO_CASE

    @property
    def is_unasked(self) -> bool:
        """No case and no task asked for it: a supervisor's own search and an attempt are such."""
        return self.lacks_case or self.is_attempt or self.verb.startswith(OF_SUPERVISION)

    @property
    def is_search(self) -> bool:
        """A person or a case was searched for by number, in vain or not, or a case reached for that
        is somebody else's."""
        in_vain = self.verb in TYPED_IN_VAIN and self.outcome == "refused"
        return in_vain or self.verb.endswith((LOOK_UP, SEARCHED, BY_REASON))

    @property
    def tried(self) -> object:
        """What a search was after: the thing, where the entry names one, so that one case tried
        twice is one; else each search is one of its own."""
        names_a_case = self.verb in CASES_REFUSED or self.object_kind == CASE_NUMBER
        return self.reached_for if names_a_case else self.entry

    @property
    def is_trace(self) -> bool:
        """A leak was traced; each names the inquiry it was done for."""
        return self.verb.endswith(TRACED)

    @property
    def exported(self) -> int:
        """How many persons left in a file; a file that names nobody counts as one."""
        if self.outcome == "refused" or not self.verb.endswith(EXPORT_ENDINGS):
            return 0
        return max(1, len(self.subjects))

    @property
    def is_act(self) -> bool:
        """The same of an entry at hand."""
        return is_act(self.verb, self.outcome)


def is_act(verb: str, outcome: str) -> bool:
    """Something was done, not merely looked at, checked or taken along."""
    is_other = verb.endswith((*VIEW_ENDINGS, *EXPORT_ENDINGS, *NO_ACTS))
    return outcome == "done" and not is_other and not verb.startswith(OF_THE_DOOR)


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
    """Everything these officers did in this time, oldest first, ids only.

    Two queries, however many. Whom a refused entry was about, where it names a thing alone, is
    for `whose` to say.
    """
    rows = AuditEntry.objects.filter(
        actor_label__in=officers,
        at__gte=since - VISIT,
        at__lt=until,
        capacity__in=sorted(STAFF_CAPACITIES),
    )
    entries = list(told_apart(rows.exclude(actor=None).order_by("at", "id"), since))
    about = _subjects([entry.pk for entry, _ in entries], since, until)
    found: dict[Post, list[Event]] = defaultdict(list)
    for entry, is_continued in entries:
        subjects = frozenset(about.get(entry.pk, ()))
        event = _event(entry, subjects, hours, is_continued=is_continued)
        found[post_of(entry)].append(event)
    return found


def nameless_attempts(events: Iterable[Event]) -> set[ObjectRef]:
    """The things officers were refused at, where the entries name nobody."""
    return {one.reached_for for one in events if one.is_nameless_attempt}


def with_owners(
    events: Iterable[Event], owners: Mapping[ObjectRef, Collection[UUID]]
) -> list[Event]:
    """The same events, attempts with those whose things were reached for."""
    return [
        replace(one, subjects=frozenset(owners.get(one.reached_for, ())))
        if one.is_nameless_attempt
        else one
        for one in events
    ]


def _subjects(ids: Collection[int], since: datetime, until: datetime) -> dict[int, list[UUID]]:
    rows = AuditSubject.objects.filter(entry_id__in=ids, at__gte=since, at__lt=until)
    found: dict[int, list[UUID]] = defaultdict(list)
    for entry_id, subject in rows.values_list("entry_id", "subject"):
        found[entry_id].append(subject)
    return found


def _event(
    entry: AuditEntry, subjects: frozenset[UUID], hours: OfficeHours, *, is_continued: bool
) -> Event:
    return Event(
        entry=entry.pk,
        at=entry.at,
        verb=entry.verb,
        sign_in=entry.sign_in,
        purpose_kind=entry.purpose_kind,
        purpose=entry.purpose,
        outcome=entry.outcome,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        subjects=subjects,
        is_off_hours=hours.is_off(entry.at),
        is_continued=is_continued,
    )
