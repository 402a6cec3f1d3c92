"""Files of the trail that take two people, and what checks found.

A check is only ever added. What a request for a file asks for never changes, its state only goes
on, and no row of either goes away.
"""

import uuid

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

RIGHTS = """
revoke update, delete, truncate on audit_trailcheck, audit_trailexport from portal_app;
grant update (state, answered_by, answered_label, answered_at, made_at, rows, is_cut, sha256)
  on audit_trailexport to portal_app;
"""

FUNCTIONS = """
create function audit_export_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if (old.state, new.state) not in (
       ('asked', 'approved'), ('asked', 'refused'), ('asked', 'expired'), ('approved', 'made'),
       ('made', 'fetched'), ('fetched', 'fetched'), ('made', 'expired'), ('fetched', 'expired'),
       ('approved', 'expired')) then
    raise exception 'a file of the trail does not go from % to %', old.state, new.state
      using errcode = 'insufficient_privilege';
  end if;
  if old.state <> 'asked' and (new.answered_by, new.answered_label, new.answered_at)
       is distinct from (old.answered_by, old.answered_label, old.answered_at) then
    raise exception 'the answer stands' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_export_goes_on before update on audit_trailexport
  for each row execute function audit_export_goes_on();
create trigger audit_check_append_only before update or delete on audit_trailcheck
  for each statement execute function audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0011_sentinel"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrailCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                ("entries", models.BigIntegerField(verbose_name="entries checked")),
                ("heads", models.BigIntegerField(verbose_name="heads checked")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("faults", models.PositiveIntegerField(verbose_name="faults")),
                ("first_entry", models.BigIntegerField(null=True, verbose_name="first bad entry")),
                (
                    "first_fault",
                    models.CharField(blank=True, max_length=200, verbose_name="first fault"),
                ),
            ],
            options={
                "verbose_name": "check of the trail",
                "verbose_name_plural": "checks of the trail",
                "indexes": [models.Index(fields=["-at", "-id"], name="audit_check_newest")],
            },
        ),
        migrations.CreateModel(
            name="TrailExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("entries", "Every entry found"),
                            ("people", "Everybody whose data this officer opened"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("inquiry", models.CharField(max_length=40, verbose_name="inquiry number")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("discipline", "Disciplinary inquiry"),
                            ("crime", "Request of police, prosecution or court"),
                            ("complaint", "Complaint of the person concerned"),
                            ("leak", "Data that came out"),
                            ("review", "Planned review of an office"),
                        ],
                        max_length=12,
                        verbose_name="ground",
                    ),
                ),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                ("officer", models.CharField(blank=True, max_length=60, verbose_name="officer")),
                (
                    "about_account",
                    models.UUIDField(null=True, verbose_name="account of the officer"),
                ),
                ("office", models.CharField(blank=True, max_length=40, verbose_name="department")),
                ("reference", models.CharField(blank=True, max_length=20, verbose_name="case")),
                ("person", models.UUIDField(null=True, verbose_name="person")),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "without_case",
                    models.BooleanField(default=False, verbose_name="only looks without a case"),
                ),
                ("since", models.DateTimeField(null=True, verbose_name="from")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("asked_by", models.UUIDField(verbose_name="asked for by")),
                ("asked_label", models.CharField(max_length=60, verbose_name="officer who asked")),
                ("asked_department", models.CharField(max_length=40)),
                ("asked_region", models.CharField(max_length=12)),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="asked at"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("approved", "Being made"),
                            ("refused", "Turned down"),
                            ("made", "Ready to fetch"),
                            ("fetched", "Fetched"),
                            ("expired", "Expired, file deleted"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("answered_by", models.UUIDField(null=True, verbose_name="answered by")),
                (
                    "answered_label",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="officer who answered"
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                ("made_at", models.DateTimeField(null=True, verbose_name="made at")),
                ("rows", models.PositiveIntegerField(null=True, verbose_name="rows")),
                (
                    "is_cut",
                    models.BooleanField(default=False, verbose_name="there was more than fits"),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "file of the trail",
                "verbose_name_plural": "files of the trail",
                "indexes": [
                    models.Index(fields=["-asked_at", "-id"], name="audit_export_newest"),
                    models.Index(fields=["state", "asked_at"], name="audit_export_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by", None),
                            models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="audit_export_takes_two",
                        violation_error_message="Whoever asks for a file cannot allow it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by", None),
                            models.Q(
                                models.Q(
                                    ("about_account", None),
                                    models.Q(
                                        ("answered_by", models.F("about_account")), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                models.Q(("answered_label", models.F("officer")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_export_not_by_whom_it_is_about",
                        violation_error_message="Nobody decides about a file on oneself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "expired"]),
                            ("answered_by__isnull", False),
                            _connector="OR",
                        ),
                        name="audit_export_made_only_when_allowed",
                        violation_error_message="A second person has to allow the file first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "entries"),
                            models.Q(
                                models.Q(("officer", ""), _negated=True), ("since__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="audit_export_people_are_of_an_officer",
                        violation_error_message="Say which officer, and from which day on.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, "drop function audit_export_goes_on() cascade"),
    ]
