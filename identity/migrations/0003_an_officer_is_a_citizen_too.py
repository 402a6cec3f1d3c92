"""Whom an officer is in private life, so that no case of their own comes into their hands."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_gate")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="private_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.person",
                verbose_name="officer as a citizen",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("private_person__isnull", True), ("kind", "staff"), _connector="OR"
                ),
                name="identity_only_staff_has_a_private_person",
                violation_error_message="Only a staff account is linked to an officer.",
            ),
        ),
    ]
