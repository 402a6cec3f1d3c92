"""Reviews of looks without a case. The application role adds a row and judges it once, no more."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RIGHTS = """
revoke update, delete on portal_lookupreview from portal_app;
grant update (state, reviewed_by_id, reviewed_label, reviewed_at) on portal_lookupreview to portal_app;

create function portal_judged_once() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a look is judged once' using errcode = 'check_violation';
end $$;
create trigger portal_judged_once before update on portal_lookupreview
  for each row when (old.state <> 'open') execute function portal_judged_once();
"""
BACK = """
drop trigger portal_judged_once on portal_lookupreview;
drop function portal_judged_once();
grant update, delete on portal_lookupreview to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_reports_and_heartbeat"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LookupReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("entry_id", models.BigIntegerField(unique=True, verbose_name="entry")),
                ("at", models.DateTimeField(verbose_name="looked at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "A person by number"),
                            ("case", "A case of another office"),
                        ],
                        max_length=8,
                        verbose_name="what was looked at",
                    ),
                ),
                ("reason", models.CharField(max_length=40, verbose_name="reason")),
                ("was_refused", models.BooleanField(default=False, verbose_name="was refused")),
                ("officer_label", models.CharField(max_length=60, verbose_name="officer code")),
                ("department", models.CharField(max_length=40, verbose_name="department")),
                ("due_on", models.DateField(verbose_name="to be reviewed by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be reviewed"),
                            ("fine", "In order"),
                            ("not_fine", "Not in order"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "reviewed_label",
                    models.CharField(blank=True, max_length=60, verbose_name="reviewer"),
                ),
                ("reviewed_at", models.DateTimeField(null=True, verbose_name="reviewed at")),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="officer",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a look",
                "verbose_name_plural": "reviews of looks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["at", "id"],
                        name="portal_reviews_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open"), _negated=True),
                        fields=["-reviewed_at", "-id"],
                        name="portal_reviews_given",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("officer")), _negated=True),
                            _connector="OR",
                        ),
                        name="portal_nobody_reviews_an_own_look",
                        violation_error_message="Somebody else reviews this look.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reviewed_at__isnull", True),
                                ("reviewed_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                                ("state__in", ["fine", "not_fine"]),
                            ),
                            _connector="OR",
                        ),
                        name="portal_review_is_open_or_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, BACK),
    ]
