"""What the sentinel keeps, and what the application role may not do to it.

A verdict and a moved threshold stay as they were written. An alarm's evidence only grows, a judged
one stands still, and no verdict is about the judge's own account.
"""

from decimal import Decimal

import django.contrib.postgres.fields
from django.db import migrations, models

RIGHTS = """
alter table audit_sentinelverdict add constraint audit_verdict_of_alarm
  foreign key (alarm, about) references audit_sentinelalarm(number, account);
alter table audit_sentineltuning add constraint audit_tuning_by_alarm
  foreign key (alarm) references audit_sentinelalarm(number);

revoke delete, truncate on audit_habit, audit_watchcursor from portal_app;
revoke update, delete, truncate on audit_sentinelverdict, audit_sentineltuning from portal_app;
revoke update, delete, truncate on audit_sentinelalarm from portal_app;
grant update (since, until, entries, measured, state, verdict) on audit_sentinelalarm to portal_app;

create function audit_alarm_only_grows() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if old.state = 'judged' or (old.state = 'inquiry' and new.state = 'raised')
     or not old.entries <@ new.entries
     or (old.state <> 'raised' and (new.entries, new.since, new.until, new.measured)
          is distinct from (old.entries, old.since, old.until, old.measured)) then
    raise exception 'an alarm only grows, and a judged one stands' using errcode = 'insufficient_privilege';
  end if;
  if new.state <> old.state and not exists (
    select from public.audit_sentinelverdict v where v.alarm = new.number and v.kind = new.verdict) then
    raise exception 'an alarm is settled by a verdict and nothing else' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_alarm_only_grows before update on audit_sentinelalarm
  for each row execute function audit_alarm_only_grows();
"""
BACK = """
drop trigger audit_alarm_only_grows on audit_sentinelalarm;
drop function audit_alarm_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0010_words_are_checked"),
    ]

    operations = [
        migrations.CreateModel(
            name="WatchCursor",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("epoch", models.IntegerField(default=0, verbose_name="epoch")),
                ("next_leaf", models.BigIntegerField(default=0, verbose_name="next leaf")),
            ],
            options={
                "verbose_name": "place in the sealed trail",
                "verbose_name_plural": "places in the sealed trail",
            },
        ),
        migrations.CreateModel(
            name="Habit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("officer", models.TextField(verbose_name="officer code")),
                ("department", models.TextField(verbose_name="department")),
                ("capacity", models.TextField(verbose_name="acting as")),
                ("day", models.DateField(verbose_name="day")),
                ("looks", models.PositiveIntegerField(default=0, verbose_name="looks")),
                (
                    "persons",
                    models.PositiveIntegerField(
                        default=0, verbose_name="different people looked at"
                    ),
                ),
                ("acts", models.PositiveIntegerField(default=0, verbose_name="acts done")),
                (
                    "exported",
                    models.PositiveIntegerField(default=0, verbose_name="people in saved files"),
                ),
                (
                    "without_case",
                    models.PositiveIntegerField(default=0, verbose_name="looks without a case"),
                ),
                (
                    "off_hours",
                    models.PositiveIntegerField(
                        default=0, verbose_name="looks outside office hours"
                    ),
                ),
                (
                    "peak",
                    models.PositiveIntegerField(
                        default=0, verbose_name="most people in ten minutes"
                    ),
                ),
            ],
            options={
                "verbose_name": "day of an officer",
                "verbose_name_plural": "days of officers",
                "indexes": [
                    models.Index(
                        fields=["department", "capacity", "day"], name="audit_habit_of_post"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("officer", "department", "capacity", "day"),
                        name="audit_habit_once_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SentinelAlarm",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("rule", models.CharField(max_length=40, verbose_name="rule")),
                ("officer", models.TextField(verbose_name="officer code")),
                ("account", models.UUIDField(verbose_name="account")),
                ("department", models.TextField(verbose_name="department")),
                ("capacity", models.TextField(verbose_name="acting as")),
                ("since", models.DateTimeField(verbose_name="begins")),
                ("until", models.DateTimeField(verbose_name="ends")),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="entries"
                    ),
                ),
                ("measured", models.PositiveIntegerField(verbose_name="counted")),
                ("allowed", models.PositiveIntegerField(verbose_name="threshold")),
                (
                    "own_usual",
                    models.PositiveIntegerField(null=True, verbose_name="usual for the officer"),
                ),
                (
                    "post_usual",
                    models.PositiveIntegerField(null=True, verbose_name="usual for the post"),
                ),
                ("raised_at", models.DateTimeField(auto_now_add=True, verbose_name="raised at")),
                ("due_on", models.DateField(verbose_name="to be judged by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("raised", "waits for a verdict"),
                            ("inquiry", "being inquired into"),
                            ("judged", "judged"),
                        ],
                        default="raised",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "Explained: there was a good reason"),
                            ("inquiry", "Needs an inquiry"),
                            ("misuse", "Misuse found"),
                            ("wrong", "The rule was wrong"),
                        ],
                        max_length=9,
                        verbose_name="verdict",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm of the sentinel",
                "verbose_name_plural": "alarms of the sentinel",
                "indexes": [
                    models.Index(fields=["state", "due_on", "number"], name="audit_alarm_by_state"),
                    models.Index(fields=["officer", "-until"], name="audit_alarm_of_officer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="audit_alarm_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "raised"), ("verdict", "")),
                            models.Q(("state", "inquiry"), ("verdict", "inquiry")),
                            models.Q(
                                ("state", "judged"),
                                ("verdict__in", ["explained", "misuse", "wrong"]),
                            ),
                            _connector="OR",
                        ),
                        name="audit_alarm_verdict_fits_state",
                    ),
                    models.UniqueConstraint(
                        fields=("number", "account"), name="audit_alarm_of_account"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SentinelTuning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40, verbose_name="rule")),
                ("department", models.TextField(verbose_name="department")),
                ("capacity", models.TextField(verbose_name="acting as")),
                (
                    "before",
                    models.DecimalField(
                        decimal_places=3, max_digits=5, verbose_name="factor before"
                    ),
                ),
                (
                    "factor",
                    models.DecimalField(decimal_places=3, max_digits=5, verbose_name="factor"),
                ),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("explained", "an alarm was explained"),
                            ("wrong", "the rule was wrong"),
                            ("misuse", "misuse was found"),
                            ("reset", "put back to the start"),
                        ],
                        max_length=9,
                        verbose_name="because",
                    ),
                ),
                ("alarm", models.BigIntegerField(null=True, verbose_name="number of the alarm")),
                ("moved_by", models.UUIDField(verbose_name="moved by")),
                ("mover", models.TextField(verbose_name="officer code")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
            ],
            options={
                "verbose_name": "moved threshold",
                "verbose_name_plural": "moved thresholds",
                "indexes": [
                    models.Index(
                        fields=["rule", "department", "capacity", "-id"], name="audit_tuning_newest"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("factor__gte", Decimal("1")), ("factor__lte", Decimal("4"))
                        ),
                        name="audit_tuning_within_bounds",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SentinelVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alarm",
                    models.BigIntegerField(db_index=True, verbose_name="number of the alarm"),
                ),
                ("about", models.UUIDField(verbose_name="account concerned")),
                ("judged_by", models.UUIDField(verbose_name="judged by")),
                ("judge", models.TextField(verbose_name="officer code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("explained", "Explained: there was a good reason"),
                            ("inquiry", "Needs an inquiry"),
                            ("misuse", "Misuse found"),
                            ("wrong", "The rule was wrong"),
                        ],
                        max_length=9,
                        verbose_name="verdict",
                    ),
                ),
                ("entry", models.BigIntegerField(verbose_name="entry")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
            ],
            options={
                "verbose_name": "verdict",
                "verbose_name_plural": "verdicts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("judged_by", models.F("about")), _negated=True),
                        name="audit_verdict_of_another_person",
                        violation_error_message="Nobody judges an alarm about their own looks.",
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, BACK),
    ]
