"""The sentinel at work: read what was sealed, keep habits, ask the rules, raise alarms."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from time import monotonic
from uuid import UUID

from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.sentinel.alarms import SENTINEL, Known, alarms_since, raise_alarm
from audit.sentinel.events import (
    Event,
    OfficeHours,
    Post,
    events_of,
    nameless_attempts,
    staff_entries,
    with_owners,
)
from audit.sentinel.habits import HabitKey, counted_days, keep_habits
from audit.sentinel.passed_over import succeeds, tell_passed_over
from audit.sentinel.registry import Watch, rules
from audit.sentinel.stream import AT_MOST, Round, first_since, reached, read_round, round_from
from audit.sentinel.surroundings import Near, surroundings
from audit.sentinel.thresholds import Lines, lines_for
from audit.trail import ObjectRef, record
from audit.transaction import in_one_transaction

SECONDS = 8.0  # of one run; what is left over waits for the next
AT_ONCE = 40  # officers
TOO_OLD = timedelta(days=7)  # older entries make habits, and no alarm that nobody could judge

LOOKED_AT_AGAIN = timedelta(days=2)
GAP_FOUND = "sentinel.gap_found"
GAP = ObjectRef("audit.sentinel", "gap")

Entries = Mapping[Post, Sequence[AuditEntry]]


def watch(seconds: float = SECONDS) -> int:
    """Round after round, each committed by itself, until nothing waits; how many entries."""
    ends = monotonic() + seconds
    seen = 0
    while monotonic() < ends:
        taken = watch_once()
        if taken is None:
            break
        seen += taken
    return seen


def watch_once(at_most: int = AT_MOST) -> int | None:
    """One round of the stream: read, and everything that follows from it, or nothing."""
    with in_one_transaction():
        taken = read_round(at_most)
        if taken is None:
            return None
        look_at(taken)
        return len(taken.entries)


def look_again(since: timedelta = LOOKED_AT_AGAIN) -> int:
    """Look a second time at what was sealed lately, wherever the place in the stream stands.

    Whoever can write as the application can move that place on and keep the sentinel from reading.
    So nothing is asked of it here. Days of officers that had been counted with fewer looks than
    there were are counted anew, judged, and told in an entry of the trail; how many they are. Today
    is left out of that: it is still growing. While the stream itself is a day behind, it comes
    first.
    """
    today = timezone.localdate()
    place = None if _is_behind(today) else first_since(timezone.now() - since)
    missed = 0
    while place is not None:
        with in_one_transaction():
            taken = round_from(place)
            before = {} if taken is None else _counted(taken, today)
            place = None if taken is None else taken.upto
            if taken is not None:
                look_at(taken)
                missed += _tell_of_gaps(before, _counted(taken, today))
    return missed


def was_kept_from_reading(since: datetime) -> bool:
    """Whether a second look has found a gap since this moment."""
    return AuditEntry.objects.filter(
        object_kind=GAP.kind, object_id=GAP.id, verb=GAP_FOUND, at__gte=since
    ).exists()


def _is_behind(today: date) -> bool:
    """Whether something from before today still waits to be read for the first time."""
    waiting = round_from(reached(), at_most=1)
    return waiting is not None and timezone.localtime(waiting.earliest).date() < today


def _counted(taken: Round, today: date) -> dict[HabitKey, tuple[int, int]]:
    """Looks and persons of the days before today that these entries lie in, as they are kept."""
    first, last = (timezone.localtime(one).date() for one in (taken.earliest, taken.latest))
    officers = {post.officer for post in staff_entries(taken.entries, taken.earliest, taken.latest)}
    return counted_days(officers, first, min(last, today - timedelta(days=1)))


def _tell_of_gaps(
    before: Mapping[HabitKey, tuple[int, int]], after: Mapping[HabitKey, tuple[int, int]]
) -> int:
    missed = [day for day, counts in after.items() if _is_fewer(before.get(day), counts)]
    if missed:
        record(
            actor=SENTINEL,
            verb=GAP_FOUND,
            on=GAP,
            purpose=Purpose.duty("supervision"),
            detail={"days": [f"{day.officer} {day.day}" for day in missed]},
        )
    return len(missed)


def _is_fewer(before: tuple[int, int] | None, after: tuple[int, int]) -> bool:
    """Whether looks or persons were left out. Too many are no gap: what is one look was counted
    otherwise before, and a look that is committed late takes in what was shown on its page."""
    return before is None or before[0] < after[0] or before[1] < after[1]


def look_at(taken: Round) -> None:
    """Keep the habits of the officers behind these entries and judge what they did."""
    by_post = staff_entries(taken.entries, taken.earliest, taken.latest)
    hours = surroundings().hours()
    tell_passed_over([post for group in _groups(by_post) for post in _passed_over(group, hours)])


def _passed_over(group: Entries, hours: OfficeHours) -> list[Post]:
    """Look at these officers; those that could not be. When a group fails, each is tried alone."""
    if succeeds(lambda: _look_at_officers(group, hours)):
        return []
    if len(group) == 1:
        return list(group)
    alone = ({post: entries} for post, entries in group.items())
    return [post for one in alone for post in _passed_over(one, hours)]


def _groups(by_post: Entries) -> Iterator[Entries]:
    """A few officers at a time, all posts of one officer together."""
    of_officer: dict[str, list[Post]] = defaultdict(list)
    for post in by_post:
        of_officer[post.officer].append(post)
    officers = iter(sorted(of_officer))
    while some := list(islice(officers, AT_ONCE)):
        yield {post: by_post[post] for officer in some for post in of_officer[officer]}


def _look_at_officers(group: Entries, hours: OfficeHours) -> None:
    """The same number of queries for every group; each alarm that is raised adds its own."""
    moments = [entry.at for entries in group.values() for entry in entries]
    since, until = _whole_days(min(moments), max(moments))
    officers = {post.officer for post in group}
    events = _named(events_of(officers, since, until, hours))
    keep_habits(_days(group, events))
    young = timezone.now() - TOO_OLD
    fresh = {
        post: frozenset(entry.pk for entry in entries if entry.at >= young)
        for post, entries in group.items()
    }
    fresh = {post: ids for post, ids in fresh.items() if ids}
    if fresh:
        _judge(fresh, events, hours, alarms_since(officers, since))


def _named(events: Mapping[Post, list[Event]]) -> dict[Post, list[Event]]:
    """With the people behind whatever officers reached for and were refused."""
    things = nameless_attempts(event for found in events.values() for event in found)
    owners = surroundings().whose(things) if things else {}
    return {post: with_owners(found, owners) for post, found in events.items()}


def _days(group: Entries, events: Mapping[Post, Sequence[Event]]) -> dict[HabitKey, list[Event]]:
    """Every event of the days on which something is new, oldest first: two accounts with one code
    have one day."""
    days: dict[HabitKey, list[Event]] = {
        _habit_key(post, timezone.localtime(entry.at).date()): []
        for post, entries in group.items()
        for entry in entries
    }
    for post, found in events.items():
        for event in found:
            key = _habit_key(post, event.day)
            if key in days:
                days[key].append(event)
    for found in days.values():
        found.sort(key=lambda one: (one.at, one.entry))
    return days


def _habit_key(post: Post, day: date) -> HabitKey:
    return HabitKey(post.officer, post.department, post.capacity, day)


def _judge(
    fresh: Mapping[Post, frozenset[int]],
    events: Mapping[Post, Sequence[Event]],
    hours: OfficeHours,
    known: Known,
) -> None:
    around = surroundings()
    subjects = _looked_at(fresh, events)
    near = around.near({post.account for post in fresh}, subjects)
    protected = around.protected(subjects)
    sign_ins = {event.sign_in for post in fresh for event in events[post]} - {""}
    terminals = dict(around.terminals(sign_ins))
    lines = lines_for(list(fresh))
    for post, new in fresh.items():
        seen = Watch(
            post=post,
            events=events[post],
            new=new,
            near=near.get(post.account, Near()),
            protected=protected,
            terminals=terminals,
        )
        _ask_rules(seen, lines, known, hours)


def _ask_rules(watch: Watch, lines: Lines, known: Known, hours: OfficeHours) -> None:
    for rule in rules():
        settled = known.settled(rule, watch.post)
        allowed = lines.allowed(rule, watch.post)
        evidence = rule.judge(watch.without(settled), allowed)
        if evidence is not None:
            raise_alarm(rule, watch.post, evidence, allowed, known, hours.calendar)


def _looked_at(
    fresh: Mapping[Post, frozenset[int]], events: Mapping[Post, Sequence[Event]]
) -> set[UUID]:
    """Everybody seen or reached for one by one on the days at hand; lists ask nothing of
    anybody."""
    return {
        subject
        for post in fresh
        for event in events[post]
        if event.names_few
        for subject in event.subjects
    }


def _whole_days(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """From the day before the first moment to the end of the last one's day: what comes late must
    find the rest of its day, or the day would be counted too small."""
    begins = timezone.localtime(first).date() - timedelta(days=1)
    ends = timezone.localtime(last).date() + timedelta(days=1)
    return _midnight(begins), _midnight(ends)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
