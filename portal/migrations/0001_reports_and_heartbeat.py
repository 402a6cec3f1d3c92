"""Reports, which the application role may make and read but not change, and signs of life."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("audit", "0001_trail"), ("catalog", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "name",
                    models.CharField(
                        max_length=20, primary_key=True, serialize=False, verbose_name="name"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={"verbose_name": "heartbeat", "verbose_name_plural": "heartbeats"},
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("period_from", models.DateField(verbose_name="first day")),
                ("period_to", models.DateField(verbose_name="last day")),
                ("content", models.JSONField(verbose_name="content")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="catalog.department",
                        verbose_name="department",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "indexes": [
                    models.Index(fields=["-period_from", "id"], name="portal_report_newest_first")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("department", "period_from"), name="portal_one_report_per_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(period_to__gte=models.F("period_from")),
                        name="portal_report_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "revoke update, delete on portal_report from portal_app",
            "grant update, delete on portal_report to portal_app",
        ),
    ]
