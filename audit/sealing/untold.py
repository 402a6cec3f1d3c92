"""Rows that say who acted, without the entry of that act.

The database takes none (`audit.gate.needs_entry`); whoever owns it can write one with the triggers
off for a moment, such as a hold that keeps looks back, or a verdict.
"""

from collections.abc import Iterator

from django.db import connection

from audit.sealing.faults import Fault


def faults_of_rows() -> Iterator[Fault]:
    """A fault for each, by its table and number. What happened in months that are away is not
    among them: the entry may have left with its month."""
    with connection.cursor() as cursor:
        cursor.execute("select held, thing from audit_rows_untold()")
        rows = cursor.fetchall()
    for held, thing in rows:
        yield Fault("row without entry", f"{held} {thing}")
