"""Who is near to whom, who is under protection, and which device a sign-in was used on."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

RIGHTS = """
revoke delete, truncate on identity_householdmark from portal_app;
revoke update, delete, truncate on identity_terminal, identity_declaredrelative,
  identity_protectedperson from portal_app;
grant update (ended_at) on identity_declaredrelative to portal_app;
grant update (end_asked_by_id, ended_by_id, ended_at) on identity_protectedperson to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0011_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdMark",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="household_mark",
                        serialize=False,
                        to="identity.person",
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "verbose_name": "mark of a household",
                "verbose_name_plural": "marks of households",
                "indexes": [models.Index(fields=["digest"], name="identity_household_digest")],
            },
        ),
        migrations.CreateModel(
            name="DeclaredRelative",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(db_index=True, max_length=32)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("spouse", "Husband or wife"),
                            ("child", "Child"),
                            ("parent", "Parent"),
                            ("sibling", "Brother or sister"),
                            ("other", "Other relative"),
                        ],
                        max_length=8,
                        verbose_name="relation",
                    ),
                ),
                (
                    "declared_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="declared at"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relatives",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "declared relative",
                "verbose_name_plural": "declared relatives",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account", "digest"),
                        name="identity_relative_declared_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtectedPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("witness", "Witness or victim under threat"),
                            ("violence", "Order against violence at home"),
                            ("public", "Known to the public"),
                            ("staff", "Works for this government"),
                            ("other", "Another ground, on file"),
                        ],
                        max_length=8,
                        verbose_name="ground",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "end_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="protections",
                        to="identity.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "person under protection",
                "verbose_name_plural": "persons under protection",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person",),
                        name="identity_protected_once",
                        violation_error_message="This person is under protection already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("end_asked_by__isnull", False),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("ended_by", models.F("end_asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="identity_protection_ends_by_two",
                        violation_error_message="A protection is ended by two different people.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Terminal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sign_in", models.CharField(max_length=64, verbose_name="sign-in")),
                ("device", models.CharField(max_length=64, verbose_name="device")),
                (
                    "first_seen",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="first seen"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terminals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "terminal",
                "verbose_name_plural": "terminals",
                "indexes": [
                    models.Index(fields=["account", "first_seen"], name="identity_terminal_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sign_in", "device"), name="identity_terminal_once_a_sign_in"
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
