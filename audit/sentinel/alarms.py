"""Raising alarms: the same thing once, growing while it is open, never twice about one entry."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.kernel.clock import WorkCalendar, to_be_judged_by
from audit.sentinel.events import Post
from audit.sentinel.models import AlarmState, SentinelAlarm
from audit.sentinel.registry import Evidence, Rule
from audit.trail import record

JUDGED_WITHIN_DAYS = 5
SENTINEL = Actor.system("sentinel")
RAISED = "alarm.raised"

Key = tuple[str, str, str, str]  # rule, officer, department, capacity


@dataclass(frozen=True, slots=True)
class Known:
    """The recent alarms of some officers."""

    found: dict[Key, list[SentinelAlarm]] = field(default_factory=lambda: defaultdict(list))

    def settled(self, rule: Rule, post: Post) -> set[int]:
        """Entries somebody has given a verdict on: they are evidence no more."""
        return {
            entry
            for alarm in self._own(rule, post)
            if alarm.state != AlarmState.RAISED
            for entry in alarm.entries
        }

    def open_one(self, rule: Rule, post: Post, at: datetime) -> SentinelAlarm | None:
        """The alarm of that day which still waits."""
        day = _day(at)
        waiting = (one for one in self._own(rule, post) if one.state == AlarmState.RAISED)
        return next((one for one in waiting if _day(one.until) == day), None)

    def how_many(self, rule: Rule, post: Post, at: datetime) -> int:
        """Under this code, whatever the account: `key` counts them so, and so does the database."""
        return sum(_day(one.until) == _day(at) for one in self._of(rule, post))

    def _own(self, rule: Rule, post: Post) -> list[SentinelAlarm]:
        """Of this account: an alarm is of entries of one account, and grows by no others."""
        return [one for one in self._of(rule, post) if one.account == post.account]

    def _of(self, rule: Rule, post: Post) -> list[SentinelAlarm]:
        return self.found.get((rule.code, post.officer, post.department, post.capacity), [])


def alarms_since(officers: Collection[str], since: datetime) -> Known:
    """One query."""
    known = Known()
    for alarm in SentinelAlarm.objects.filter(officer__in=officers, until__gte=since):
        key = (alarm.rule, alarm.officer, alarm.department, alarm.capacity)
        known.found[key].append(alarm)
    return known


def raise_alarm(
    rule: Rule, post: Post, evidence: Evidence, allowed: int, known: Known, calendar: WorkCalendar
) -> SentinelAlarm:
    """A new alarm, or more evidence for the one of the same rule, post and day that waits. When it
    is raised, and what is usual, the database adds (`audit_alarm_begins`)."""
    waiting = known.open_one(rule, post, evidence.until)
    if waiting is not None:
        return _grow(waiting, evidence)
    number = known.how_many(rule, post, evidence.until) + 1
    alarm = SentinelAlarm.objects.create(
        key=_key(rule, post, evidence.until, number),
        rule=rule.code,
        officer=post.officer,
        account=post.account,
        department=post.department,
        capacity=post.capacity,
        since=evidence.since,
        until=evidence.until,
        entries=list(evidence.entries),
        measured=evidence.measured,
        attempts=evidence.attempts,
        allowed=allowed,
        due_on=to_be_judged_by(timezone.localdate(), JUDGED_WITHIN_DAYS, calendar),
    )
    record(actor=SENTINEL, verb=RAISED, on=alarm, purpose=Purpose.duty("supervision"))
    known.found[rule.code, post.officer, post.department, post.capacity].append(alarm)
    return alarm


def _grow(alarm: SentinelAlarm, evidence: Evidence) -> SentinelAlarm:
    entries = sorted({*alarm.entries, *evidence.entries})
    if entries != alarm.entries:
        alarm.entries = entries
        alarm.since = min(alarm.since, evidence.since)
        alarm.until = max(alarm.until, evidence.until)
        alarm.measured = max(alarm.measured, evidence.measured)
        alarm.attempts = max(alarm.attempts, evidence.attempts)
        alarm.save(update_fields=["entries", "since", "until", "measured", "attempts"])
    return alarm


def _key(rule: Rule, post: Post, at: datetime, number: int) -> str:
    parts: Iterable[str] = (post.officer, post.department, post.capacity, _day(at), str(number))
    return "/".join([rule.code, *parts])


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
