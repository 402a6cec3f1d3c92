"""How often an officer may type a number, counted from the trail and from nothing else.

For looks without a case, and for what is asked for by somebody's number. So no counter can be
reset: what was recorded is what was used, a number nobody has and a look that was refused included.
One account has one quota, however many postings it works in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.kernel.actors import Actor, Capacity, PurposeKind
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.models import Posting

A_SUPERVISOR = gettext_lazy("If it cannot wait, another supervisor can do it for you.")
OTHERS: dict[Capacity, Promise] = {
    Capacity.CLERK: gettext_lazy("If it cannot wait, your superior can do it for you."),
    Capacity.SUPERIOR: gettext_lazy("If it cannot wait, another superior can do it for you."),
    Capacity.SUPERVISOR: A_SUPERVISOR,
    Capacity.SECADMIN: A_SUPERVISOR,
    Capacity.SYSADMIN: gettext_lazy(
        "If it cannot wait, another system administrator can do it for you."
    ),
}


@dataclass(frozen=True, slots=True)
class Quota:
    """How often one officer may use a reason: a day, and a week from Monday on."""

    a_day: int
    a_week: int


PERSONS = Quota(5, 15)


@dataclass(frozen=True, slots=True)
class Used:
    """How often a reason was used today, and since Monday."""

    today: int = 0
    this_week: int = 0

    def left_of(self, quota: Quota) -> int:
        """How often it can still be used today."""
        return max(0, min(quota.a_day - self.today, quota.a_week - self.this_week))

    def again_on(self, quota: Quota) -> date:
        """The next day on which a reason that is used up can be used."""
        today = timezone.localdate()
        monday = today + timedelta(days=7 - today.weekday())
        return monday if self.this_week >= quota.a_week else today + timedelta(days=1)


def used_by(actor: Actor, verb: str, kind: PurposeKind = PurposeKind.REASON) -> Mapping[str, Used]:
    """For each reason, or duty, how often this account used it under any officer code, by one short
    query."""
    today = timezone.localdate()
    monday = _begin(today - timedelta(days=today.weekday()))
    codes = list(
        Posting.objects.filter(account_id=actor.account).values_list("officer_code", flat=True)
    )
    rows = (
        AuditEntry.objects.filter(
            actor_label__in=[*codes, actor.label],
            at__gte=monday,
            actor=actor.account,
            verb=verb,
            purpose_kind=kind,
        )
        .values("purpose")
        .annotate(week=Count("id"), day=Count("id", filter=Q(at__gte=_begin(today))))
    )
    return {row["purpose"]: Used(row["day"], row["week"]) for row in rows}


def take_one(
    actor: Actor, verb: str, reason: str, quota: Quota, kind: PurposeKind = PurposeKind.REASON
) -> None:
    """Refuse if the reason is used up. Call it before the entry that uses it, in its transaction:
    from here on nobody else can use this account's quota until that entry is written."""
    _lock(actor)
    _refuse_used_up(actor, used_by(actor, verb, kind).get(reason, Used()), quota)


def take_any(actor: Actor, verb: str, quota: Quota, kind: PurposeKind) -> None:
    """The same for what counts whatever it is done for, such as the inquiry of a trace."""
    _lock(actor)
    used = used_by(actor, verb, kind).values()
    whole = Used(sum(one.today for one in used), sum(one.this_week for one in used))
    _refuse_used_up(actor, whole, quota)


def used_up(actor: Actor, again_on: date) -> Refused:
    """Said of what is used up: when it works again, and who can do it until then."""
    day = date_format(again_on, "SHORT_DATE_FORMAT")
    when = _("It is possible again on %(day)s.") % {"day": day}
    return Refused(
        code="desk.quota_used_up",
        message=_("You have looked for this reason as often as it allows."),
        next_step=f"{when} {OTHERS[actor.capacity]}",
        status=429,
    )


def _lock(actor: Actor) -> None:
    with connection.cursor() as cursor:
        key = f"lookup quota {actor.account}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _refuse_used_up(actor: Actor, used: Used, quota: Quota) -> None:
    if not used.left_of(quota):
        raise used_up(actor, used.again_on(quota))


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
