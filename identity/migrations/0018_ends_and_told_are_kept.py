"""What was told stays told, and no declaration of a relative ends without its entry in the trail.

`identity_hold_goes_on` (0017) is replaced: a confirmed hold never tells less than it told.
"""

from django.db import migrations

GOES_ON = """
create or replace function identity_hold_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  soon constant timestamptz := clock_timestamp() + interval '1 minute';
begin
  if tg_op = 'INSERT' then
    if new.confirmed_at is not null or new.ended_at is not null or new.asked_at > soon then
      raise exception 'a hold begins as a request' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if new.confirmed_at > soon or new.expires_at > new.confirmed_at + make_interval(days => new.days) then
    raise exception 'a hold lasts for the days that were asked for' using errcode = 'check_violation';
  end if;
  if old.confirmed_at is not null and (new.confirmed_by_id is distinct from old.confirmed_by_id
       or new.confirmed_label is distinct from old.confirmed_label
       or (new.confirmed_at <= old.confirmed_at and new.expires_at <= old.expires_at) is not true)
     or old.ended_at is not null and (new.ended_at <= old.ended_at) is not true then
    raise exception 'a confirmed hold only becomes shorter' using errcode = 'check_violation';
  end if;
  if old.told_until is not null and (new.told_until >= old.told_until) is not true then
    raise exception 'a hold takes nothing back that was told' using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
RECORDED = """
create constraint trigger identity_relative_end_is_recorded
  after update of ended_by_id on identity_declaredrelative deferrable initially deferred
  for each row when (old.ended_by_id is distinct from new.ended_by_id)
  execute function audit_demands_entry('relative.ended', 'identity.declaredrelative', 'id', 'ended_by_id');
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0017_holds_are_recorded")]
    operations = [
        migrations.RunSQL(GOES_ON, migrations.RunSQL.noop),
        migrations.RunSQL(
            RECORDED, "drop trigger identity_relative_end_is_recorded on identity_declaredrelative"
        ),
    ]
