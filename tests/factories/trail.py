"""Entries of the trail as officers leave them, and the sentinel let loose on them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.kernel.actors import Purpose, PurposeKind
from audit.models import AuditEntry, SentinelAlarm
from audit.sentinel.alarms import RAISED, SENTINEL
from audit.sentinel.stream import Round
from audit.sentinel.watch import look_at
from audit.trail import ObjectRef, record
from identity.models import Posting
from tests.conftest import as_owner, close_gate
from tests.factories.identity import officer_actor

REASON = Purpose(PurposeKind.REASON, "walk_in")
CASE = "YB-2026-AAAA-BBBB"


def leave_look(posting: Posting, *people: UUID, case: str = CASE, **actor: Any) -> int:
    """One look of this officer at these people, for a case or without one; the entry's id."""
    entry = record(
        actor=officer_actor(posting, **actor),
        verb="application.viewed" if case else "person.looked_up",
        on=ObjectRef("applications.application", case),
        subjects=people,
        purpose=Purpose.case(case) if case else REASON,
    )
    close_gate()
    return entry


def leave_look_of_before(
    posting: Posting, code: str, person: UUID, at: datetime | None = None
) -> int:
    """A look without a case under this code, whoever's it is: as it could be recorded before codes
    had to be the account's own. By the owner of the database, and committed."""
    at = at or timezone.now()
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room(%s, current_date)", [at.date()])
        cursor.execute(
            "insert into audit_entry(at, actor, actor_label, capacity, department, region, sign_in,"
            " verb, object_kind, object_id, purpose_kind, purpose, outcome, request_id)"
            " values (%s, %s, %s, %s, %s, '', '', 'person.looked_up', '', '',"
            " 'reason', %s, 'done', '') returning id",
            [
                at,
                posting.account_id,
                code,
                posting.capacity,
                posting.department.code,
                REASON.code,
            ],
        )
        (entry,) = cursor.fetchone()
        cursor.execute("insert into audit_subject values (%s, %s, %s)", [entry, person, at])
    return int(entry)


def sentinel_reads(ids: Sequence[int] | None = None) -> None:
    """As if just these entries had been sealed; without any, all there are."""
    rows = AuditEntry.objects.order_by("at", "id")
    entries = list(rows if ids is None else rows.filter(pk__in=ids))
    look_at(Round([one.pk for one in entries], entries[0].at, entries[-1].at))


def put_alarm(posting: Posting, entry: int, *, due_on: date | None = None, **fields: Any) -> Any:
    """An alarm about this one entry of this officer, as if a rule had found it; the next of its
    day."""
    found = AuditEntry.objects.get(pk=entry)
    rule = fields.setdefault("rule", "without_case")
    day = timezone.localtime(found.at).date().isoformat()
    parts = [rule, posting.officer_code, posting.department.code, posting.capacity, day]
    before = SentinelAlarm.objects.filter(key__startswith="/".join([*parts, ""])).count()
    alarm = SentinelAlarm.objects.create(
        **{
            "key": "/".join([*parts, str(before + 1)]),
            "officer": posting.officer_code,
            "account": posting.account_id,
            "department": posting.department.code,
            "capacity": posting.capacity,
            "since": found.at,
            "until": found.at,
            "entries": [entry],
            "measured": 1,
            "allowed": 0,
            "due_on": due_on or timezone.localdate() + timedelta(days=7),
            **fields,
        }
    )
    record(actor=SENTINEL, verb=RAISED, on=alarm, purpose=Purpose.duty("supervision"))
    return alarm
