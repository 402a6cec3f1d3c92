"""Put the contents of cases behind the trail, and tie each row to the subject of its case."""

from django.db import migrations

from audit.gate import gated

OF_A_CASE = [
    "applications_answers",
    "applications_attachment",
    "applications_correction",
    "applications_decision",
]


def tied(table: str) -> migrations.RunSQL:
    """The row's subject is its case's subject; the database holds the two together."""
    name = f"{table}_has_the_subject_of_its_case"
    return migrations.RunSQL(
        f"alter table {table} add constraint {name} foreign key (application_id, subject_id)"
        " references applications_application(id, subject_id) deferrable initially deferred",
        f"alter table {table} drop constraint {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial"), ("audit", "0001_trail")]
    operations = [
        *(gated(table) for table in [*OF_A_CASE, "applications_outcometext"]),
        *(tied(table) for table in OF_A_CASE),
        migrations.RunSQL(
            "revoke delete on applications_application, applications_holder, applications_step,"
            " applications_alarm, applications_escalation, applications_outcome, applications_clock"
            " from portal_app",
            "grant delete on applications_application, applications_holder, applications_step,"
            " applications_alarm, applications_escalation, applications_outcome, applications_clock"
            " to portal_app",
        ),
    ]
