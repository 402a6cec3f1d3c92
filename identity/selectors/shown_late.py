"""What is shown late: which looks a hold that is over had kept back, why and how long."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from audit.kernel.actors import Capacity, PurposeKind
from audit.models import AuditEntry
from identity.models import DisclosureHold
from identity.selectors.held_back import A_YEAR, end_of, held_back
from identity.selectors.reach_of_holds import kept_at, over


@dataclass(frozen=True, slots=True)
class Late:
    """That a look was held back: on what ground, from when on, until when."""

    ground: str
    since: datetime
    until: datetime


def shown_late(subjects: Collection[UUID], entries: Collection[AuditEntry]) -> Mapping[int, Late]:
    """For those of the entries that had been held back: why and how long."""
    if not entries:
        return {}
    these = AuditEntry.objects.filter(
        pk__in=[one.pk for one in entries], at__in=[one.at for one in entries]
    )
    holds: dict[int, list[DisclosureHold]] = defaultdict(list)
    for one in kept_at(over(), subjects, reaching=_may_have_kept(entries)):
        for number in these.filter(held_back([one])).values_list("pk", flat=True):
            holds[number].append(one.hold)
    lates = {entry.pk: _late(entry, holds[entry.pk]) for entry in entries if entry.pk in holds}
    return {number: late for number, late in lates.items() if late}


def _may_have_kept(entries: Iterable[AuditEntry]) -> Q:
    """Which holds on looks at cases may have kept any of these, as a condition on holds: most pages
    show no look at such a case, and no supervisor."""
    cases = {one.purpose for one in entries if one.purpose_kind == PurposeKind.CASE}
    checks = [one.at for one in entries if one.capacity == Capacity.SUPERVISOR]
    may_have = Q(scope_code__in=cases)
    return may_have | Q(expires_at__gt=min(checks)) if checks else may_have


def _late(entry: AuditEntry, holds: list[DisclosureHold]) -> Late | None:
    """By the hold that kept it longest, of those that name it."""
    kept = [
        Late(hold.get_ground_display(), max(entry.at, hold.confirmed_at), until)
        for hold in holds
        if hold.confirmed_at
        and (end := end_of(hold))
        and entry.at < (until := min(end, entry.at + A_YEAR))
    ]
    if not kept:
        return None
    last = max(kept, key=lambda one: one.until)
    return Late(last.ground, min(one.since for one in kept), last.until)
