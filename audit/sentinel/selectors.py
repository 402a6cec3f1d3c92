"""Reading alarms, and how well the rules do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.models import AuditDetail
from audit.sentinel.hidden import alarms_against
from audit.sentinel.models import (
    FALSE_ALARMS,
    OPEN,
    AlarmState,
    SentinelAlarm,
    SentinelTuning,
    SentinelVerdict,
)
from audit.sentinel.registry import Rule, rules
from audit.sentinel.verdicts import no_such_alarm, refuse_all_but_supervisors
from audit.waiting import Waiting, waiting_in

RATED_DAYS = 365
MOVES_SHOWN = 200
BESIDE = 10
LARGEST = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a rule did in the last year. Every alarm waits, is inquired into or was judged for good;
    the rate is a share of the last, because an inquiry says nothing yet."""

    rule: Rule
    raised: int
    waiting: int
    inquired: int
    judged: int
    false: int

    @property
    def false_percent(self) -> int | None:
        return round(100 * self.false / self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class Told:
    """One verdict with its words."""

    verdict: SentinelVerdict
    words: str


def alarms_visible_to(actor: Actor) -> QuerySet[SentinelAlarm]:
    """Alarms for supervisors, nothing for anybody else; none about the reader, under whatever
    account: what is asked and found against somebody is not theirs to read."""
    refuse_all_but_supervisors(actor)
    return SentinelAlarm.objects.exclude(alarms_against(actor))


def alarm_of(actor: Actor, number: int) -> SentinelAlarm:
    """One alarm by its number; refused if there is none."""
    visible = alarms_visible_to(actor)
    alarm = visible.filter(pk=number).first() if number < LARGEST else None
    if alarm is None:
        raise no_such_alarm()
    return alarm


def beside(actor: Actor, alarm: SentinelAlarm) -> list[SentinelAlarm]:
    """Other alarms about the same entries: what one verdict explains may explain them too."""
    visible = alarms_visible_to(actor)
    same = visible.filter(officer=alarm.officer, entries__overlap=alarm.entries)
    return list(same.exclude(pk=alarm.pk).order_by("number")[:BESIDE])


def waiting_alarms(actor: Actor, today: date | None = None) -> Waiting:
    """What the menu says, without alarms against this officer; one query over the few that wait,
    for a first verdict or for the one that ends an inquiry."""
    waiting = SentinelAlarm.objects.filter(state__in=OPEN)
    return waiting_in(
        waiting.exclude(alarms_against(actor)), late=Q(due_on__lt=today or timezone.localdate())
    )


def verdicts_of(alarm: SentinelAlarm) -> list[Told]:
    """What was said of an alarm, oldest first. Gated: its officer's account was recorded before."""
    verdicts = list(SentinelVerdict.objects.filter(alarm=alarm.pk).order_by("id"))
    entries = [one.entry for one in verdicts]
    details = AuditDetail.objects.filter(entry_id__in=entries, at__gte=alarm.until)
    words: dict[int, dict[str, Any]] = dict(details.values_list("entry_id", "body"))
    return [Told(one, str(words.get(one.entry, {}).get("words", ""))) for one in verdicts]


def offices_with_alarms(actor: Actor) -> list[str]:
    """The departments something was ever found at, as far as this supervisor reads it."""
    codes = alarms_visible_to(actor).values_list("department", flat=True)
    return list(codes.distinct().order_by("department"))


def records_of_rules(actor: Actor) -> list[Record]:
    """Every rule with its figures, of the alarms this supervisor reads: one more than these would
    tell of one about the supervisor. One query."""
    since = timezone.now() - timedelta(days=RATED_DAYS)
    rows = (
        alarms_visible_to(actor)
        .filter(raised_at__gte=since)
        .values("rule")
        .annotate(
            raised=Count("pk"),
            waiting=Count("pk", filter=Q(state=AlarmState.RAISED)),
            inquired=Count("pk", filter=Q(state=AlarmState.INQUIRY)),
            judged=Count("pk", filter=Q(state=AlarmState.JUDGED)),
            false=Count("pk", filter=Q(verdict__in=FALSE_ALARMS)),
        )
    )
    found = {str(row["rule"]): dict(row) for row in rows}
    return [_record(rule, found.get(rule.code, {})) for rule in rules()]


def _record(rule: Rule, row: Mapping[str, Any]) -> Record:
    counted = ("raised", "waiting", "inquired", "judged", "false")
    return Record(rule=rule, **{name: row.get(name, 0) for name in counted})


def moves() -> list[SentinelTuning]:
    """The last movements of thresholds, newest first."""
    return list(SentinelTuning.objects.order_by("-id")[:MOVES_SHOWN])


def move_of(actor: Actor, number: int) -> SentinelTuning:
    """One movement of a threshold; refused if there is none."""
    refuse_all_but_supervisors(actor)
    found = SentinelTuning.objects.filter(pk=number).first() if number < LARGEST else None
    if found is None:
        raise Refused(
            code="alarm.no_such_move",
            message=_("There is no such threshold."),
            next_step=_("Reload the page of the rules."),
            status=404,
        )
    return found


def in_force(moved: Sequence[SentinelTuning]) -> frozenset[int]:
    """Which of these rows, newest first, are the newest of their rule and post."""
    newest: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in reversed(moved):
        newest[one.rule, one.department, one.capacity] = one.pk
    return frozenset(newest.values())
