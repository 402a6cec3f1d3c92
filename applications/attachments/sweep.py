"""Removing files nothing points at: what a fault left behind before its row was written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from applications.attachments.store import discard

LEFT_ALONE = timedelta(days=1)
AT_ONCE = 500


def sweep_files(now: datetime) -> int:
    """Remove every file that has no row and is older than a day; how many there were."""
    removed = 0
    names = _names_before(now - LEFT_ALONE)
    while portion := list(islice(names, AT_ONCE)):
        for name in sorted(set(portion) - _kept(portion)):
            discard(name)
            removed += 1
    return removed


def _names_before(moment: datetime) -> Iterator[str]:
    root = Path(settings.FILES_ROOT)
    for path in root.glob("??/*"):
        try:
            if path.is_file() and path.stat().st_mtime < moment.timestamp():
                yield path.relative_to(root).as_posix()
        except FileNotFoundError:
            continue


def _kept(names: list[str]) -> set[str]:
    """Those that have a row. The database says it without opening the rows."""
    with connection.cursor() as cursor:
        cursor.execute("select applications_files_kept(%s)", [names])
        return {name for (name,) in cursor.fetchall()}
