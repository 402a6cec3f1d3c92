"""Looks are shown later only by a hold: two supervisors, a ground of the law, and an end."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from audit.gate import APP_ROLE, gated

CONFIRMED_OR_ENDED = (
    "confirmed_by_id, confirmed_label, confirmed_at, expires_at, ended_at, ended_label"
)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0009_questions_about_looks"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosureHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("case", "Looks for one case"),
                            ("office", "Looks from one office"),
                            ("officer", "Looks by one officer"),
                        ],
                        max_length=8,
                        verbose_name="which looks",
                    ),
                ),
                (
                    "scope_code",
                    models.CharField(
                        max_length=40, verbose_name="number of the case, office or officer"
                    ),
                ),
                ("officer", models.UUIDField(null=True, verbose_name="account of the officer")),
                ("looks_from", models.DateField(verbose_name="looks from this day")),
                ("looks_to", models.DateField(verbose_name="to this day")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            (
                                "duty",
                                "Notice would impede a statutory duty (Personal Information Law, art. 35)",
                            ),
                            (
                                "secrecy",
                                "A law demands secrecy (Personal Information Law, art. 18, first paragraph)",
                            ),
                        ],
                        max_length=8,
                        verbose_name="legal ground",
                    ),
                ),
                (
                    "asked_label",
                    models.CharField(max_length=32, verbose_name="asked for by officer"),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="asked for at"
                    ),
                ),
                (
                    "confirmed_label",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="confirmed by officer"
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed at")),
                (
                    "days",
                    models.PositiveSmallIntegerField(verbose_name="days from the confirmation"),
                ),
                ("expires_at", models.DateTimeField(null=True, verbose_name="ends by itself at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                (
                    "ended_label",
                    models.CharField(blank=True, max_length=32, verbose_name="ended by officer"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "renews",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="identity.disclosurehold",
                        verbose_name="renews",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
            },
        ),
        migrations.CreateModel(
            name="HoldReason",
            fields=[
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="identity.disclosurehold",
                    ),
                ),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("words", models.TextField(max_length=1000, verbose_name="reason")),
            ],
            options={
                "verbose_name": "reason of a hold",
                "verbose_name_plural": "reasons of holds",
            },
        ),
        migrations.AddIndex(
            model_name="disclosurehold",
            index=models.Index(fields=["-asked_at", "-id"], name="identity_holds_newest"),
        ),
        migrations.AddConstraint(
            model_name="disclosurehold",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                name="identity_hold_takes_two",
                violation_error_message="A hold is asked for and confirmed by two persons.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("officer", None),
                    models.Q(
                        models.Q(("asked_by", models.F("officer")), _negated=True),
                        models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("officer")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="identity_hold_not_by_the_officer",
                violation_error_message="Nobody holds back looks of their own.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("officer__isnull", False), ("scope", "officer")),
                    models.Q(models.Q(("scope", "officer"), _negated=True), ("officer", None)),
                    _connector="OR",
                ),
                name="identity_hold_names_the_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at", None),
                        ("confirmed_by", None),
                        ("confirmed_label", ""),
                        ("expires_at", None),
                    ),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        ("expires_at__isnull", False),
                        models.Q(("confirmed_label", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="identity_hold_confirmed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosurehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days__gte", 1),
                    ("days__lte", 180),
                    ("looks_to__gte", models.F("looks_from")),
                    models.Q(
                        ("expires_at", None),
                        (
                            "expires_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("confirmed_at"),
                                "+",
                                models.Value(datetime.timedelta(days=180)),
                            ),
                        ),
                        _connector="OR",
                    ),
                ),
                name="identity_hold_has_a_time",
            ),
        ),
        gated("identity_holdreason"),
        migrations.RunSQL(
            f"revoke update, delete, truncate on identity_disclosurehold from {APP_ROLE};"
            f" grant update ({CONFIRMED_OR_ENDED}) on identity_disclosurehold to {APP_ROLE};"
            f" revoke update on identity_holdreason from {APP_ROLE};",
            f"grant update, delete on identity_disclosurehold to {APP_ROLE};"
            f" grant update on identity_holdreason to {APP_ROLE};",
        ),
    ]
