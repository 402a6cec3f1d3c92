"""Keys that programs give their requests, so that asking twice is asking once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_an_officer_is_a_citizen_too")]

    operations = [
        migrations.CreateModel(
            name="RequestKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, verbose_name="key")),
                ("answer", models.CharField(max_length=40, verbose_name="answer")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "key of a request",
                "verbose_name_plural": "keys of requests",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "key"), name="identity_one_answer_per_request_key"
                    )
                ],
            },
        ),
    ]
