"""Which months are in archives: for pages that would otherwise look as if nothing had happened."""

from datetime import date, datetime

from django.db import connection

from audit.keeping.erasing import Erasure
from audit.keeping.months import Month


def months_away() -> dict[Month, bytes]:
    """The months that are in archives and not here, the oldest first, each with its file's hash."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select month, sha256 from audit_archive where restored_by is null order by month"
        )
        return {Month(first): bytes(digest) for first, digest in cursor.fetchall()}


def months_away_of(erasure: Erasure) -> list[Month]:
    """Archived months whose files may hold words of an erasure: only they themselves can tell."""
    return [month for month in months_away() if month.start < erasure.until]


def archived_before(since: datetime | None = None) -> date | None:
    """The day before which entries are in archives; None if a list from `since` on lacks none."""
    newest = max(months_away(), default=None)
    if newest is None or (since is not None and since >= newest.end):
        return None
    return newest.after(1).first
