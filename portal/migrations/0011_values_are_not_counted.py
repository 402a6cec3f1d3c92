"""What PostgreSQL expects of a question tells nothing of the values behind the gate.

Last of the packages, so that it meets every gated table there is.
"""

from django.db import migrations

from audit.gate import values_not_counted


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_when_offices_work"),
        ("applications", "0011_rules_are_the_owners"),
        ("identity", "0036_codes_are_the_officers_own"),
        ("audit", "0042_a_proof_is_found_by_index"),
    ]
    operations = [values_not_counted()]
