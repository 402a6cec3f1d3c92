"""Orders to erase words of the trail: one supervisor asks, another confirms, and both stand.

The application role adds an order, confirms it once and takes it back once. It can change neither
what was asked for nor an answer, and erases nothing: that is the owner's command.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from audit.gate import APP_ROLE, gated

ANSWERED = "confirmed_by_id, confirmed_label, confirmed_at, ended_at, ended_label"
RIGHTS = f"""
revoke update, delete, truncate on portal_erasureorder from {APP_ROLE};
grant update ({ANSWERED}) on portal_erasureorder to {APP_ROLE};
revoke update on portal_erasurereason from {APP_ROLE};

create function portal_erasure_stands() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if old.ended_at is not null
     or old.confirmed_at is not null and (new.confirmed_by_id, new.confirmed_label, new.confirmed_at)
        is distinct from (old.confirmed_by_id, old.confirmed_label, old.confirmed_at) then
    raise exception 'an answer to an order to erase stands' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger portal_erasure_stands before update on portal_erasureorder
  for each row execute function portal_erasure_stands();
"""
BACK = f"""
drop trigger portal_erasure_stands on portal_erasureorder;
drop function portal_erasure_stands();
grant update, delete on portal_erasureorder to {APP_ROLE};
grant update on portal_erasurereason to {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_reviews_are_recorded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasureOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("before", models.DateField(verbose_name="words of before this day")),
                ("ground", models.CharField(max_length=40, verbose_name="legal ground")),
                (
                    "with_others",
                    models.BooleanField(verbose_name="also words that are about others as well"),
                ),
                (
                    "although_needed",
                    models.BooleanField(verbose_name="although something open still needs them"),
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
                ("ended_at", models.DateTimeField(null=True, verbose_name="taken back at")),
                (
                    "ended_label",
                    models.CharField(
                        blank=True, max_length=32, verbose_name="taken back by officer"
                    ),
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
            ],
            options={
                "verbose_name": "order to erase words",
                "verbose_name_plural": "orders to erase words",
            },
        ),
        migrations.CreateModel(
            name="ErasureReason",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="portal.erasureorder",
                    ),
                ),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="about")),
                ("words", models.TextField(max_length=1000, verbose_name="reason")),
            ],
            options={
                "verbose_name": "reason of an order to erase",
                "verbose_name_plural": "reasons of orders to erase",
            },
        ),
        migrations.AddIndex(
            model_name="erasureorder",
            index=models.Index(fields=["-asked_at", "-id"], name="portal_erasures_newest"),
        ),
        migrations.AddConstraint(
            model_name="erasureorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                name="portal_erasure_takes_two",
                violation_error_message="One supervisor asks, another one confirms.",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasureorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at", None), ("confirmed_by", None), ("confirmed_label", "")
                    ),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_label", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="portal_erasure_confirmed_whole",
            ),
        ),
        gated("portal_erasurereason"),
        migrations.RunSQL(RIGHTS, BACK),
    ]
