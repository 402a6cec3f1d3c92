"""How long the seal may stand is the owner's to set, up to a day, and every change is an entry.

It could be set to a year, by a statement nobody was told of: nothing stopped any more when sealing
stood still. `audit_record` takes a day at most, whatever stands there; the constraint says so to who
sets it; and the database itself writes the entry, which raises an alarm for two days.
"""

from django.db import migrations

LONGEST = """
update audit_policy set seal_may_stand = '1 day' where seal_may_stand > '1 day';
alter table audit_policy add constraint audit_policy_stands_a_day_at_most
  check (seal_may_stand between interval '0' and interval '1 day');
"""
NOT_LONGEST = "alter table audit_policy drop constraint audit_policy_stands_a_day_at_most;"

# The database tells it itself, so that no other way leaves it untold.
TOLD = """
create function audit_policy_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.seal_may_stand is distinct from old.seal_may_stand then
    perform public.audit_record(
      null, 'database', 'system', '', '', null, null, '', 'trail.may_stand_set', 'audit.policy',
      extract(epoch from new.seal_may_stand)::bigint::text, 'duty', 'keeping', 'done', '', null, '{}');
  end if;
  return null;
end $$;
revoke all on function audit_policy_is_told() from public;
create trigger audit_policy_is_told after update on audit_policy
  for each row execute function audit_policy_is_told();
create trigger audit_policy_stays before delete or truncate on audit_policy
  for each statement execute function audit_refuse_change();
"""
NOT_TOLD = """
drop trigger audit_policy_stays on audit_policy;
drop trigger audit_policy_is_told on audit_policy;
drop function audit_policy_is_told();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0040_entries_do_not_follow_far")]
    operations = [
        migrations.RunSQL(LONGEST, NOT_LONGEST),
        migrations.RunSQL(TOLD, NOT_TOLD),
    ]
