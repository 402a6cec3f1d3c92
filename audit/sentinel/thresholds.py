"""From how much on something is an alarm: the rule's default, habits, and what verdicts said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from audit.kernel.actors import Actor
from audit.sentinel.events import Post
from audit.sentinel.habits import UNKNOWN, Usual, usual_of_officers, usual_of_posts
from audit.sentinel.models import SentinelAlarm, SentinelTuning, VerdictKind
from audit.sentinel.registry import Rule

START, LEAST, MOST = Decimal("1.5"), Decimal(1), Decimal(4)
STEP = Decimal("1.25")
_THOUSANDTH = Decimal("0.001")

_FACTORS = """
select distinct on (rule, department, capacity) rule, department, capacity, factor
  from audit_sentineltuning where (department, capacity) in ({marks})
 order by rule, department, capacity, id desc
"""

PostKey = tuple[str, str]  # department, capacity
Factors = Mapping[tuple[str, str, str], Decimal]  # rule, department, capacity


@dataclass(frozen=True, slots=True)
class Lines:
    """The thresholds of some officers, asked for once."""

    own: Mapping[Post, Usual]
    posts: Mapping[PostKey, Usual]
    factors: Factors

    def allowed(self, rule: Rule, post: Post) -> int:
        own = self.own.get(post, UNKNOWN).of(rule.habit)
        at_post = self.posts.get((post.department, post.capacity), UNKNOWN).of(rule.habit)
        factor = self.factors.get((rule.code, post.department, post.capacity), START)
        return allowed_by(rule, own or 0, at_post or 0, factor)


def allowed_by(rule: Rule, own: int, post: int, factor: Decimal) -> int:
    """The largest of the rule's default, the officer's habit and the post's, each with the factor.

    The default counts whole while the factor stands where it began, more after false alarms, less
    after misuse. Never above the rule's ceiling: nobody makes a habit of anything by doing it.
    """
    raised = max(rule.default * factor / START, own * factor, post * factor)
    return min(rule.ceiling, int(raised))


def lines_for(posts: Collection[Post]) -> Lines:
    """Three queries, however many officers and rules."""
    places = {(one.department, one.capacity) for one in posts}
    return Lines(usual_of_officers(posts), usual_of_posts(places), factors_of(places))


def factors_of(places: Collection[PostKey]) -> dict[tuple[str, str, str], Decimal]:
    """The factors in force at these posts; where nothing was moved there is none."""
    if not places:
        return {}
    marks = ", ".join(["%s"] * len(places))
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTORS.format(marks=marks),
            list(places),
        )
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


def tune(*, actor: Actor, rule: Rule, alarm: SentinelAlarm, verdict: VerdictKind) -> None:
    """Move the line of a rule at a post one step, as a verdict says; an inquiry moves nothing."""
    before = _factor(rule.code, alarm.department, alarm.capacity)
    after = _moved(before, verdict)
    if rule.moves and after != before:
        _keep(
            actor,
            rule.code,
            (alarm.department, alarm.capacity),
            (before, after),
            SentinelTuning.Because(verdict),
            alarm.number,
        )


def put_back(*, actor: Actor, rule: str, department: str, capacity: str) -> bool:
    """Put a line back where it began; False if it stands there already."""
    before = _factor(rule, department, capacity)
    if before == START:
        return False
    because = SentinelTuning.Because.RESET
    _keep(actor, rule, (department, capacity), (before, START), because, None)
    return True


def _moved(factor: Decimal, verdict: VerdictKind) -> Decimal:
    if verdict in (VerdictKind.EXPLAINED, VerdictKind.WRONG):
        factor = min(factor * STEP, MOST)
    elif verdict is VerdictKind.MISUSE:
        factor = max(factor / STEP, LEAST)
    return factor.quantize(_THOUSANDTH, ROUND_HALF_UP)


def _factor(rule: str, department: str, capacity: str) -> Decimal:
    found = factors_of([(department, capacity)])
    return found.get((rule, department, capacity), START)


def _keep(
    actor: Actor,
    rule: str,
    place: PostKey,
    moved: tuple[Decimal, Decimal],
    because: SentinelTuning.Because,
    alarm: int | None,
) -> None:
    SentinelTuning.objects.create(
        rule=rule,
        department=place[0],
        capacity=place[1],
        before=moved[0],
        factor=moved[1],
        because=because,
        alarm=alarm,
        moved_by=actor.account,
        mover=actor.label,
    )
