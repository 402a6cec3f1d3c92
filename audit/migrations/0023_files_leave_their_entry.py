"""A file of the trail is neither asked for nor allowed without its entry: see 0017."""

from django.db import migrations

DEMAND = """
create function audit_export_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.state <> 'asked' or new.answered_by is not null or new.made_at is not null then
    raise exception 'a file of the trail begins as a request' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_export_begins() from public;
create trigger audit_export_begins before insert on audit_trailexport
  for each row execute function audit_export_begins();

create constraint trigger audit_export_is_asked after insert on audit_trailexport
  deferrable initially deferred for each row
  execute function audit_demands_entry('trail.export_asked', 'trail.export', 'number', 'asked_by');
create constraint trigger audit_export_is_allowed after update on audit_trailexport
  deferrable initially deferred for each row
  when (old.state = 'asked' and new.state = 'approved')
  execute function audit_demands_entry('trail.export_approved', 'trail.export', 'number', 'answered_by');
create constraint trigger audit_export_is_turned_down after update on audit_trailexport
  deferrable initially deferred for each row
  when (old.state = 'asked' and new.state = 'refused')
  execute function audit_demands_entry('trail.export_refused', 'trail.export', 'number', 'answered_by');
"""
BACK = """
drop trigger audit_export_is_turned_down on audit_trailexport;
drop trigger audit_export_is_allowed on audit_trailexport;
drop trigger audit_export_is_asked on audit_trailexport;
drop trigger audit_export_begins on audit_trailexport;
drop function audit_export_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0022_the_sentinel_goes_on")]
    operations = [migrations.RunSQL(DEMAND, BACK)]
