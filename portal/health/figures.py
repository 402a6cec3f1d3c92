"""Figures for monitoring, in the text format Prometheus reads.

They are truths of the database and the same in every process; nothing is counted in memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from applications.models import Application
from applications.states import State
from audit.models import AuditEntry, Outbox
from portal.health.alarms import CODES, raised_by
from portal.health.checks import Readiness, last_heartbeat, look, oldest_due

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure, or one for each value of a label."""

    name: str
    says: str
    values: dict[str, float]
    label: str = ""

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.says}"
        yield f"# TYPE {self.name} gauge"
        for value, number in self.values.items():
            label = f'{{{self.label}="{value}"}}' if self.label else ""
            yield f"{self.name}{label} {number:.12g}"


def measured() -> list[Gauge]:
    """Read everything, with one small query each."""
    now = timezone.now()
    oldest, heartbeat = oldest_due(), last_heartbeat()
    gauges = [
        Gauge("portal_cases", "Cases by state.", _cases_by_state(), "state"),
        Gauge("portal_outbox_waiting", "Jobs not done yet.", {"": _jobs(given_up=False)}),
        Gauge("portal_outbox_given_up", "Jobs given up.", {"": _jobs(given_up=True)}),
        Gauge(
            "portal_outbox_oldest_due_seconds",
            "How long the longest waiting job has been due.",
            {"": (now - oldest).total_seconds() if oldest else 0},
        ),
        Gauge(
            "portal_trail_entries_last_minute",
            "Acts and views recorded within the last minute.",
            {"": AuditEntry.objects.filter(at__gt=now - MINUTE).count()},
        ),
    ]
    if heartbeat is not None:
        silence = (now - heartbeat).total_seconds()
        says = "Since when the worker was not heard."
        gauges.append(Gauge("portal_worker_heartbeat_age_seconds", says, {"": silence}))
    return gauges + _of_the_trail(look())


def _of_the_trail(state: Readiness) -> list[Gauge]:
    raised = {alarm.code for alarm in raised_by(state)}
    codes = {code: float(code in raised) for code in CODES}
    gauges = [Gauge("portal_alarm", "1 while the alarm is raised.", codes, "alarm")]
    if state.head_seconds is not None:
        says = "How long ago the newest signed head was published outside the database."
        age = float(state.head_seconds)
        gauges.append(Gauge("portal_trail_published_head_age_seconds", says, {"": age}))
    says = "By how much the newest signed head is ahead of the clock of the database."
    ahead = max(0.0, state.ahead.total_seconds())
    gauges.append(Gauge("portal_trail_newest_head_ahead_seconds", says, {"": ahead}))
    says = "How long the oldest entry has waited for the seal."
    waiting = float(state.waiting_seconds or 0)
    return [*gauges, Gauge("portal_trail_waiting_for_seal_seconds", says, {"": waiting})]


def as_text(gauges: Iterable[Gauge]) -> str:
    return "".join(f"{line}\n" for gauge in gauges for line in gauge.lines())


def _cases_by_state() -> dict[str, float]:
    """Every state has its line, so that a graph shows nought and not a gap."""
    counted = Application.objects.values_list("state").annotate(Count("pk")).order_by()
    return {**{state.value: 0.0 for state in State}, **dict(counted)}


def _jobs(*, given_up: bool) -> int:
    return Outbox.objects.filter(done_at=None, given_up=given_up).count()
