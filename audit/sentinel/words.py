"""Alarms in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from audit.kernel.sentences import in_a_row
from audit.sentinel.models import OPEN, AlarmState, SentinelAlarm, SentinelTuning, VerdictKind
from audit.sentinel.registry import Rule, rule_of
from audit.sentinel.thresholds import START, allowed_by

STATE_KINDS = {AlarmState.RAISED: "wait", AlarmState.INQUIRY: "info", AlarmState.JUDGED: "ok"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One alarm as pages show it."""

    alarm: SentinelAlarm
    rule: str
    looks_at: str
    counted: str
    comparison: str
    department: str
    department_lang: str
    capacity: str
    is_late: bool
    kind: str
    moves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """A threshold that was moved: from how many to how many, habits left aside. None where the rule
    is gone or no longer moves. `holds`: this is the newest move, and so it stands now."""

    move: SentinelTuning
    rule: str
    department: str
    department_lang: str
    capacity: str
    before: int | None
    after: int | None
    holds: bool
    can_reset: bool


def alarm_lines(
    alarms: Sequence[SentinelAlarm],
    departments: Mapping[str, str],
    capacities: Mapping[str, str],
    today: date,
) -> list[AlarmLine]:
    return [_alarm_line(one, departments, capacities, today) for one in alarms]


def _alarm_line(
    alarm: SentinelAlarm,
    departments: Mapping[str, str],
    capacities: Mapping[str, str],
    today: date,
) -> AlarmLine:
    rule = rule_of(alarm.rule)
    counted = counted_in_words(alarm, rule)
    state = AlarmState(alarm.state)
    department = departments.get(alarm.department, alarm.department)
    return AlarmLine(
        alarm=alarm,
        rule=str(rule.name) if rule else alarm.rule,
        looks_at=str(rule.looks_at) if rule else "",
        counted=counted,
        comparison=comparison(alarm, rule, counted),
        department=department,
        department_lang=_language(department),
        capacity=capacities.get(alarm.capacity, alarm.capacity),
        is_late=state in OPEN and alarm.due_on < today,
        kind="stop" if alarm.verdict == VerdictKind.MISUSE else STATE_KINDS[state],
        moves=rule is not None and rule.moves,
    )


def counted_in_words(alarm: SentinelAlarm, rule: Rule | None) -> str:
    """What was counted; what was only tried is called that."""
    seen = alarm.measured - alarm.attempts
    if rule is None:
        return str(alarm.measured)
    if not alarm.attempts:
        return rule.counted(seen)
    tried = rule.tried(alarm.attempts)
    if seen <= 0:
        return tried
    return _("%(seen)s. %(tried)s") % {"seen": rule.counted(seen), "tried": tried}


def comparison(alarm: SentinelAlarm, rule: Rule | None, counted: str) -> str:
    """What was counted, beside what is allowed and what is usual."""
    if alarm.allowed:
        line = _("%(counted)s; at this post more than %(allowed)d is an alarm.")
    else:
        line = _("%(counted)s; a single one is an alarm.")
    words = [line % {"counted": counted, "allowed": alarm.allowed}]
    if rule is not None and rule.habit:
        words.append(_usual(alarm) % {"own": alarm.own_usual, "post": alarm.post_usual})
    return in_a_row(*words)


def _usual(alarm: SentinelAlarm) -> str:
    if alarm.post_usual is None:
        return _("There have been too few days yet to say what is usual here.")
    if alarm.own_usual is None:
        return _("On nine days of ten it is at most %(post)d at this post; the officer is new.")
    return _(
        "On nine days of ten it is at most %(own)d with this officer and %(post)d at this post."
    )


def effects_in_words(*, moves: bool) -> dict[str, str]:
    """What each verdict does, before one chooses it: what the people looked at are told, which
    threshold moves. Nobody else is told of any."""
    up = _("The threshold of this post goes up by a quarter.")
    down = _("The threshold of this post goes down by a fifth.")
    stays = _("No threshold moves.")
    told_beside = _(
        "The people looked at read it only where somebody else found that the look was wrong."
    )
    told = _(
        "The people looked at get a message and read it at the look, and so does whoever answers"
        " their question about it."
    )
    nobody = _("The people looked at are told nothing.")
    waits = _("The alarm stays open for a second verdict.")
    return {
        VerdictKind.EXPLAINED: in_a_row(told_beside, up if moves else stays),
        VerdictKind.INQUIRY: in_a_row(nobody, stays, waits),
        VerdictKind.MISUSE: in_a_row(told, down if moves else stays),
        VerdictKind.WRONG: in_a_row(nobody, up if moves else stays),
    }


def move_lines(
    moved: Sequence[SentinelTuning],
    newest: frozenset[int],
    departments: Mapping[str, str],
    capacities: Mapping[str, str],
) -> list[MoveLine]:
    return [_move_line(one, one.pk in newest, departments, capacities) for one in moved]


def _move_line(
    move: SentinelTuning,
    holds: bool,
    departments: Mapping[str, str],
    capacities: Mapping[str, str],
) -> MoveLine:
    rule = rule_of(move.rule)
    department = departments.get(move.department, move.department)
    return MoveLine(
        move=move,
        rule=str(rule.name) if rule else move.rule,
        department=department,
        department_lang=_language(department),
        capacity=capacities.get(move.capacity, move.capacity),
        before=_without_habits(rule, move.before),
        after=_without_habits(rule, move.factor),
        holds=holds,
        can_reset=holds and move.factor != START,
    )


def _without_habits(rule: Rule | None, factor: Decimal) -> int | None:
    return allowed_by(rule, 0, 0, factor) if rule is not None and rule.moves else None


def _language(name: str) -> str:
    """The language to mark on a name that stands in the reader's own only if it was translated."""
    return "" if name.isascii() else "zh-Hans"
