"""How long sealing may stand still before nobody's data is shown (`audit_policy`).

The owner sets it, up to a day. The database writes each change into the trail itself.
"""

from datetime import datetime, timedelta

from django.db import connection

from audit.models import AuditEntry

SET = "trail.may_stand_set"
POLICY = "audit.policy"


def may_stand() -> timedelta:
    """What holds now: as `audit_record` has it, a day at most, whatever stands in the row."""
    with connection.cursor() as cursor:
        cursor.execute("select least(seal_may_stand, interval '1 day') from audit_policy")
        span: timedelta = cursor.fetchone()[0]
    return span


def was_set(since: datetime) -> bool:
    """Whether somebody has changed it since then. One look into an index."""
    told = AuditEntry.objects.filter(object_kind=POLICY, verb=SET, at__gte=since)
    return told.exists()
