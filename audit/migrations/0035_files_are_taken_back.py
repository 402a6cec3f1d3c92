"""Whoever asked for a file of the trail can take that back while nobody has answered: one more
state, which needs its entry like the answers (0030)."""

from django.db import migrations, models
from django.db.models import Q

from audit.gate import needs_entry
from audit.kernel.actors import Capacity

GOES_ON = """
create or replace function audit_export_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if (old.state, new.state) not in (
       ('asked', 'approved'), ('asked', 'refused'), ('asked', 'taken'), ('asked', 'expired'),
       ('approved', 'made'), ('made', 'fetched'), ('fetched', 'fetched'), ('made', 'expired'),
       ('fetched', 'expired'), ('approved', 'expired')) then
    raise exception 'a file of the trail does not go from % to %', old.state, new.state
      using errcode = 'insufficient_privilege';
  end if;
  if old.state <> 'asked' and (new.answered_by, new.answered_label, new.answered_at)
       is distinct from (old.answered_by, old.answered_label, old.answered_at) then
    raise exception 'the answer stands' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
"""
STATES = [
    ("asked", "Waits for a second person"),
    ("approved", "Being made"),
    ("refused", "Turned down"),
    ("taken", "Taken back"),
    ("made", "Ready to fetch"),
    ("fetched", "Fetched"),
    ("expired", "Expired, file deleted"),
]
UNANSWERED = "audit_export_made_only_when_allowed"


class Migration(migrations.Migration):
    dependencies = [("audit", "0034_alarms_are_of_now")]
    operations = [
        migrations.AlterField(
            model_name="trailexport",
            name="state",
            field=models.CharField(
                choices=STATES, default="asked", max_length=8, verbose_name="state"
            ),
        ),
        migrations.RemoveConstraint(model_name="trailexport", name=UNANSWERED),
        migrations.AddConstraint(
            model_name="trailexport",
            constraint=models.CheckConstraint(
                name=UNANSWERED,
                condition=Q(state__in=["asked", "expired"])
                | Q(state="taken", answered_by=None)
                | (~Q(state="taken") & Q(answered_by__isnull=False)),
                violation_error_message="A second person has to allow the file first.",
            ),
        ),
        migrations.RunSQL(GOES_ON),
        needs_entry(
            "audit_export_is_taken_back",
            "update on audit_trailexport",
            verb="trail.export_withdrawn",
            of=("trail.export", "number"),
            by="asked_by",
            acting_as=(Capacity.SUPERVISOR,),
            when="old.state = 'asked' and new.state = 'taken'",
        ),
    ]
