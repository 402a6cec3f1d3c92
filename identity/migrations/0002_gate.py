"""Behind the gate: every table of this package with personal content. And what nobody may undo.

A posting repeats the kind and the power of its account; the foreign keys into the account's own
columns let the database refuse a posting for a citizen and a second power of administration.
"""

from django.db import migrations

from audit.gate import APP_ROLE, gated

GATED = [
    "identity_persondetail",
    "identity_recordsnapshot",
    "identity_dispute",
    "identity_message",
]
NEVER_DELETED = ["identity_person", "identity_mandate", "identity_posting", "identity_consent"]
ONLY_ADDED_TO = ["identity_assurance", "identity_recordfetch", "identity_recorduse"]

SEPARATION_OF_POWERS = """
alter table identity_posting
    add constraint identity_posting_account_is_staff
    foreign key (account_id, account_kind) references identity_account (id, kind);
alter table identity_posting
    add constraint identity_posting_within_one_power
    foreign key (account_id, administration) references identity_account (id, administration);
"""
POWERS_UNITED = """
alter table identity_posting drop constraint identity_posting_account_is_staff;
alter table identity_posting drop constraint identity_posting_within_one_power;
"""


def revoke(rights: str, tables: list[str]) -> migrations.RunSQL:
    names = ", ".join(tables)
    return migrations.RunSQL(
        f"revoke {rights} on {names} from {APP_ROLE}", f"grant {rights} on {names} to {APP_ROLE}"
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("audit", "0001_trail")]

    operations = [
        *[gated(table) for table in GATED],
        revoke("delete", NEVER_DELETED),
        revoke("update, delete", ONLY_ADDED_TO),
        migrations.RunSQL(SEPARATION_OF_POWERS, POWERS_UNITED),
    ]
