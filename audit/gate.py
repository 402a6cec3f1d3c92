"""Putting a table behind the trail: the migration operations of the gate."""

from django.db import migrations

APP_ROLE = "portal_app"


def condition(subject: str) -> str:
    """The policy's condition. Only this form lets the gate use the index on the subject column."""
    return f"{subject} = any((select audit_opened())::uuid[])"


def gated(table: str, subject: str = "subject_id") -> migrations.RunSQL:
    """Row security on `table`: its rows exist only for transactions that recorded their subject.

    The application role also loses DELETE: personal records are erased by a recorded action of the
    owner's, never by the way.
    """
    is_open = condition(subject)
    return migrations.RunSQL(
        f"alter table {table} enable row level security;"
        f" create policy gate on {table} to {APP_ROLE} using ({is_open}) with check ({is_open});"
        f" revoke delete, truncate on {table} from {APP_ROLE};",
        f"drop policy gate on {table};"
        f" alter table {table} disable row level security;"
        f" grant delete on {table} to {APP_ROLE};",
    )
