"""Rules as plug-ins: each is one class in one file of `audit/sentinel/rules/`."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from audit.kernel.registry import Registry
from audit.sentinel.events import OF_SUPERVISION, Event, Post
from audit.sentinel.surroundings import NOBODY, Near, Terminal


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One officer's last day and today, oldest first, and what the rules may know beside it.

    `new` are the entries sealed since the sentinel looked last; what has been judged already is
    left out of `events`.
    """

    post: Post
    events: Sequence[Event]
    new: frozenset[int]
    near: Near
    protected: frozenset[UUID] = NOBODY
    terminals: dict[str, list[Terminal]] | None = None

    @cached_property
    def today(self) -> list[Event]:
        """Everything of the day of the newest event."""
        newest = max((one.at for one in self.events if one.entry in self.new), default=None)
        if newest is None:
            return []
        begins = timezone.localtime(newest).replace(hour=0, minute=0, second=0, microsecond=0)
        ends = begins + timedelta(days=1)
        return [event for event in self.events if begins <= event.at < ends]

    def chosen(self, people: Collection[UUID]) -> list[Event]:
        """What the officer did today to look at one of these people, or tried to.

        Whom an alarm, a review or a question has put before a supervisor, on that day or the day
        before, the supervisor may look at further: judging must not raise the next alarm.
        """
        put_before: set[UUID] = set()
        found = []
        for event in self.events:
            whom = event.subjects.intersection(people)
            if event.verb.startswith(OF_SUPERVISION):
                whom -= put_before
            if whom and event.is_chosen:
                found.append(event)
            if event.is_to_judge:
                put_before |= event.subjects
        today = {one.entry for one in self.today}
        return [one for one in found if one.entry in today]

    def without(self, settled: Collection[int]) -> "Watch":
        """The same without entries somebody has given a verdict on."""
        if not settled:
            return self
        return replace(self, events=[one for one in self.events if one.entry not in settled])

    def devices(self, event: Event) -> list[Terminal]:
        return (self.terminals or {}).get(event.sign_in, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a rule found: the entries, from when to when, and how much was counted; `attempts` of
    it were refused and showed nobody."""

    entries: tuple[int, ...]
    since: datetime
    until: datetime
    measured: int
    attempts: int = 0


class Rule:
    """What to look for, and from how much on it is an alarm.

    More than the allowed number is an alarm. `default` is where every post begins; habits and
    verdicts move the line up to `ceiling` and no further. Where both are the same nothing moves
    it. `habit` names the figure of `Habit` that is usual for this rule's count.
    """

    code: ClassVar[str]
    name: ClassVar[Promise]
    looks_at: ClassVar[Promise]
    default: ClassVar[int] = 0
    ceiling: ClassVar[int] = 0
    habit: ClassVar[str] = ""

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        raise NotImplementedError

    def counted(self, number: int) -> str:
        """A count of this rule in words."""
        raise NotImplementedError

    def tried(self, number: int) -> str:
        """A count of attempts in words; asked of rules that find any."""
        raise NotImplementedError

    @property
    def moves(self) -> bool:
        return self.ceiling > self.default


RULES: Registry[Rule] = Registry("sentinel rules")


def rules() -> list[Rule]:
    """All rules, by code."""
    return [RULES.get(code)() for code in RULES]


def rule_of(code: str) -> Rule | None:
    """None for a rule that existed when an alarm was raised and is gone."""
    return RULES.get(code)() if code in RULES else None


def evidence_of(
    watch: Watch, events: Sequence[Event], allowed: int, measured: int | None = None
) -> Evidence | None:
    """These events as evidence, if they are too many and something of it is new. What belongs to
    a look before it is evidence and is not counted again."""
    count = how_many(events) if measured is None else measured
    if count <= allowed or not any(event.entry in watch.new for event in events):
        return None
    return Evidence(
        entries=tuple(event.entry for event in events),
        since=events[0].at,
        until=events[-1].at,
        measured=count,
    )


def evidence_about(watch: Watch, events: Sequence[Event], allowed: int) -> Evidence | None:
    """The same of looks at certain people, attempts counted and told apart."""
    found = evidence_of(watch, events, allowed)
    attempts = sum(event.is_attempt for event in events)
    return replace(found, attempts=attempts) if found else None


def how_many(events: Sequence[Event]) -> int:
    """One for each event that is not part of a look before it, and one at least: the look it
    belongs to may have been judged already, or lie in the day before."""
    return max(sum(not event.is_continued for event in events), bool(events))


def densest(
    events: Iterable[Event],
    span: timedelta,
    values: Callable[[Event], Iterable[object]],
    ending: Collection[int] | None = None,
) -> tuple[int, list[Event]]:
    """The stretch of at most `span` with most different values, and how many they are.

    With `ending`, only stretches that end with one of these entries: an older one, however dense,
    must not hide what is new.
    """
    row = list(events)
    counts: Counter[object] = Counter()
    start, most, best = 0, 0, slice(0)
    for place, event in enumerate(row):
        counts.update(values(event))
        while event.at - row[start].at > span:
            _take_out(counts, values(row[start]))
            start += 1
        ends = ending is None or event.entry in ending
        if ends and len(counts) >= max(most, 1):
            most, best = len(counts), slice(start, place + 1)
    return most, row[best]


def _take_out(counts: Counter[object], values: Iterable[object]) -> None:
    for value in values:
        counts[value] -= 1
        if not counts[value]:
            del counts[value]
