"""Two triggers for the packages above: columns that stand as they were written, and rows that need
an entry which names everybody they tie to somebody else.

What is whose own is asked of such rows (`audit_is_own`). Whoever could write them, open, and put
them back would have left nothing behind; and a row that stays tells those it names nothing by itself.
"""

from django.db import migrations

TRIGGERS = """
-- Argument: what stands. Its trigger says in a condition which columns these are.
create function audit_stands() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% stands as it was written', tg_argv[0] using errcode = 'insufficient_privilege';
end $$;
revoke all on function audit_stands() from public;

-- Arguments: the verb, the kind of the thing, the column of its id, and the columns (with commas) of
-- those the entry has to name. Who acted is for the entry to say.
create function audit_demands_names() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
  named constant uuid[] := array(
    select (said ->> one)::uuid from unnest(string_to_array(tg_argv[3], ',')) one where said ->> one is not null);
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = tg_argv[0] and e.object_kind = tg_argv[1] and e.object_id = said ->> tg_argv[2]
       and named <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception '% of %: no entry of % in this transaction names them', tg_op, tg_table_name, tg_argv[0]
      using errcode = 'insufficient_privilege', hint = 'Call audit.trail.record() for the act, with everybody in the row.';
  end if;
  return null;
end $$;
revoke all on function audit_demands_names() from public;
"""
BACK = """
drop function audit_demands_names();
drop function audit_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0024_alarms_are_of_entries")]
    operations = [migrations.RunSQL(TRIGGERS, BACK)]
