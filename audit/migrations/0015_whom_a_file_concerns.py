"""Whom a file of the trail concerns is kept with the request: they neither answer nor see it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0014_how_far_the_seal_has_reached"),
    ]

    operations = [
        migrations.AddField(
            model_name="trailexport",
            name="concerned",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                default=list,
                size=None,
                verbose_name="accounts concerned",
            ),
        ),
        migrations.AddConstraint(
            model_name="trailexport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by", None),
                    models.Q(("concerned__contains", [models.F("answered_by")]), _negated=True),
                    _connector="OR",
                ),
                name="audit_export_not_by_the_concerned",
                violation_error_message="Nobody decides about a file on oneself.",
            ),
        ),
    ]
