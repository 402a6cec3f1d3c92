"""Citizens ask why somebody looked: an index row, the gated words, and the way it went."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from audit.gate import APP_ROLE, gated


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_a_rating_is_changed_once"),
        ("identity", "0008_tally"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("entry_id", models.BigIntegerField(verbose_name="entry of the trail")),
                ("entry_at", models.DateTimeField(verbose_name="moment of the look")),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("officer", models.UUIDField(verbose_name="account that looked")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="offices it has stood at"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="question put at"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="answer due on")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                (
                    "answered_by",
                    models.CharField(blank=True, max_length=32, verbose_name="answered by officer"),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("for_work", "The look was part of the work"),
                            ("mistake", "It was a mistake"),
                            ("not_allowed", "It was not allowed"),
                        ],
                        max_length=12,
                        verbose_name="what came out",
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "looked_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.department",
                        verbose_name="office of the officer",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.department",
                        verbose_name="with the superiors of",
                    ),
                ),
            ],
            options={
                "verbose_name": "question about a look",
                "verbose_name_plural": "questions about looks",
            },
        ),
        migrations.CreateModel(
            name="QuestionText",
            fields=[
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="identity.lookquestion",
                    ),
                ),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("words", models.TextField(blank=True, max_length=500, verbose_name="question")),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="answer")),
            ],
            options={
                "verbose_name": "words of a question",
                "verbose_name_plural": "words of questions",
            },
        ),
        migrations.CreateModel(
            name="QuestionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("due_on", models.DateField(verbose_name="answer due on")),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.department",
                        verbose_name="with the superiors of",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="identity.lookquestion",
                    ),
                ),
            ],
            options={
                "verbose_name": "way of a question",
                "verbose_name_plural": "ways of questions",
            },
        ),
        migrations.AddIndex(
            model_name="lookquestion",
            index=models.Index(
                condition=models.Q(("answered_at", None)),
                fields=["office", "due_on", "id"],
                name="identity_questions_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="lookquestion",
            index=models.Index(
                condition=models.Q(("answered_at", None)),
                fields=["due_on", "id"],
                name="identity_questions_due",
            ),
        ),
        migrations.AddIndex(
            model_name="lookquestion",
            index=models.Index(
                condition=models.Q(("verdict__in", ["mistake", "not_allowed"])),
                fields=["-answered_at", "-id"],
                name="identity_questions_wrong",
            ),
        ),
        migrations.AddIndex(
            model_name="lookquestion",
            index=models.Index(fields=["asker", "-asked_at"], name="identity_questions_of"),
        ),
        migrations.AddConstraint(
            model_name="lookquestion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)),
                fields=("entry_id", "asker"),
                name="identity_one_open_question_per_look",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", ""), ("verdict", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("verdict", ""), _negated=True),
                        models.Q(("answered_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="identity_question_answered_with_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionstep",
            constraint=models.UniqueConstraint(
                fields=("question", "level"), name="identity_question_step_once"
            ),
        ),
        gated("identity_questiontext"),
        migrations.RunSQL(
            f"revoke delete, truncate on identity_lookquestion from {APP_ROLE};"
            f" revoke update, delete, truncate on identity_questionstep from {APP_ROLE};",
            f"grant delete on identity_lookquestion to {APP_ROLE};"
            f" grant update, delete on identity_questionstep to {APP_ROLE};",
        ),
    ]
