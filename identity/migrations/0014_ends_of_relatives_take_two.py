"""The declaration of a relative is ended by two: the officer asks, a supervisor agrees."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from audit.gate import APP_ROLE

COLUMNS = "end_asked_at, end_refused_at, ended_by_id"


class Migration(migrations.Migration):
    dependencies = [("identity", "0013_officer_codes_are_plain")]

    operations = [
        migrations.AddField(
            model_name="declaredrelative",
            name="end_asked_at",
            field=models.DateTimeField(null=True, verbose_name="end asked for at"),
        ),
        migrations.AddField(
            model_name="declaredrelative",
            name="end_refused_at",
            field=models.DateTimeField(null=True, verbose_name="end turned down at"),
        ),
        migrations.AddField(
            model_name="declaredrelative",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        # Not asked of rows of before, which officers ended alone.
        AddConstraintNotValid(
            model_name="declaredrelative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(
                        ("end_asked_at__isnull", False),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("ended_by", models.F("account")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="identity_relative_ends_by_two",
                violation_error_message="A supervisor ends the declaration of a relative.",
            ),
        ),
        migrations.AddIndex(
            model_name="declaredrelative",
            index=models.Index(
                condition=models.Q(("end_asked_at__isnull", False), ("ended_at", None)),
                fields=["end_asked_at", "id"],
                name="identity_relatives_to_end",
            ),
        ),
        migrations.RunSQL(
            f"grant update ({COLUMNS}) on identity_declaredrelative to {APP_ROLE}",
            f"revoke update ({COLUMNS}) on identity_declaredrelative from {APP_ROLE}",
        ),
    ]
