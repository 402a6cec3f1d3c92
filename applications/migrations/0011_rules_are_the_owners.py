"""Which rules stop an approval says the owner of the database, from a file.

The application never changes a rule: no page does, and files are loaded by the operator. Its role could
switch one all the same, and nothing told of it.
"""

from django.db import migrations

from audit.gate import APP_ROLE


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_others_are_named")]
    operations = [
        migrations.RunSQL(
            f"revoke insert, update, delete, truncate on applications_rule from {APP_ROLE}"
        )
    ]
