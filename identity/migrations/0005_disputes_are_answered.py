"""Offices of registers answer what people contest: the words, and an index row to find it by."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from audit.gate import APP_ROLE
from audit.kernel.ids import random_code

NUMBER_LENGTH = 10


def give_notices(apps, schema_editor):
    """Every dispute raised so far gets its index row; a second run finds nothing to do."""
    notices = apps.get_model("identity", "DisputeNotice").objects
    done = set(notices.values_list("dispute_id", flat=True))
    for dispute in apps.get_model("identity", "Dispute").objects.order_by("raised_at", "pk"):
        if dispute.pk not in done:
            notices.create(
                dispute=dispute,
                reference=random_code(NUMBER_LENGTH),
                subject_id=dispute.subject_id,
                source_id=dispute.source_id,
                element=dispute.element,
                raised_at=dispute.raised_at,
                answered_at=dispute.answered_at,
            )


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_request_key")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="answer",
            field=models.TextField(blank=True, default="", max_length=1000, verbose_name="answer"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="dispute",
            name="answered_by",
            field=models.CharField(blank=True, default="", max_length=32, verbose_name="officer"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer", ""), ("answered_at", None), ("state", "open"))
                | models.Q(
                    models.Q(("state", "open"), _negated=True),
                    ("answered_at__isnull", False),
                    models.Q(("answer", ""), _negated=True),
                ),
                name="identity_dispute_is_answered_in_words",
            ),
        ),
        migrations.CreateModel(
            name="DisputeNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=20, unique=True, verbose_name="number"),
                ),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("element", models.CharField(max_length=64, verbose_name="element")),
                (
                    "raised_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="raised at"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered at"),
                ),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.dispute",
                        verbose_name="contested value",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.recordsource",
                        verbose_name="record source",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a contested value",
                "verbose_name_plural": "notices of contested values",
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None)),
                        fields=["source", "id"],
                        name="identity_disputes_waiting",
                    )
                ],
            },
        ),
        migrations.RunPython(give_notices, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL(
            f"revoke delete on identity_disputenotice from {APP_ROLE}",
            f"grant delete on identity_disputenotice to {APP_ROLE}",
        ),
    ]
