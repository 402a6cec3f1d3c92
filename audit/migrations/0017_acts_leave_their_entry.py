"""What two people decide is not believed without the trail: no verdict without its entry.

Whoever holds the application's role could write a verdict, or a moved threshold, that nobody had
given. `audit_demands_entry` asks at the end of the transaction that wrote such a row for the entry
of the act: its verb, its thing, and the account that the row names. So every forged decision stands
in the trail of that account, under seal, where its holder and the supervisors see it. The packages
above put it on tables of their own.
"""

from django.db import migrations

DEMAND = """
-- Arguments: the verbs (any of them, with commas), the kind of the thing, the columns its id is made
-- of (joined with '/'), and the column that names who acted by account; or, with a fifth argument
-- `code`, by officer code, which has to be one of the account that acted.
create function audit_is_called(p_actor uuid, p_label text)
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_actor is not null and p_label <> '' $$;
comment on function audit_is_called(uuid, text) is
  'Whether an account acts under this code. Replaced by the package above that knows postings.';
revoke all on function audit_is_called(uuid, text) from public;
grant execute on function audit_is_called(uuid, text) to portal_app;
create function audit_demands_entry() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
  thing constant text := left((
    select string_agg(said ->> one.name, '/' order by one.place)
      from unnest(string_to_array(tg_argv[2], ',')) with ordinality as one(name, place)), 80);
  who constant text := said ->> tg_argv[3];
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = any(string_to_array(tg_argv[0], ',')) and e.object_kind = tg_argv[1]
       and e.object_id = thing and who <> ''
       and case when tg_nargs > 4 then e.actor_label = who and public.audit_is_called(e.actor, who)
                else e.actor::text = who end) then
    raise exception '% of %: no entry of % in this transaction', tg_op, tg_table_name, tg_argv[0]
      using errcode = 'insufficient_privilege',
            hint = 'Call audit.trail.record() for the act, by whoever the row names.';
  end if;
  return null;
end $$;
revoke all on function audit_demands_entry() from public;

create constraint trigger audit_verdict_is_recorded after insert on audit_sentinelverdict
  deferrable initially deferred for each row
  execute function audit_demands_entry('alarm.judged', 'audit.sentinelalarm', 'alarm', 'judged_by');
create constraint trigger audit_tuning_is_recorded after insert on audit_sentineltuning
  deferrable initially deferred for each row when (new.alarm is not null)
  execute function audit_demands_entry('alarm.judged', 'audit.sentinelalarm', 'alarm', 'moved_by');
create constraint trigger audit_reset_is_recorded after insert on audit_sentineltuning
  deferrable initially deferred for each row when (new.alarm is null)
  execute function audit_demands_entry('alarm.line_reset', 'audit.line', 'rule,capacity,department',
                                       'moved_by');

-- What a verdict moves, and how far: one step, and by nobody's word but a verdict's or a reset's.
create function audit_tuning_moves_a_step() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if (new.alarm is null) <> (new.because = 'reset') or new.alarm is not null and not exists (
       select from public.audit_sentinelverdict v join public.audit_sentinelalarm a on a.number = v.alarm
        where v.alarm = new.alarm and v.kind = new.because and v.judged_by = new.moved_by
          and (a.rule, a.department, a.capacity) = (new.rule, new.department, new.capacity)) then
    raise exception 'a threshold is moved by a verdict, or put back' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_tuning_moves_a_step() from public;
create trigger audit_tuning_moves_a_step before insert on audit_sentineltuning
  for each row execute function audit_tuning_moves_a_step();
"""
BACK = """
drop trigger audit_tuning_moves_a_step on audit_sentineltuning;
drop trigger audit_reset_is_recorded on audit_sentineltuning;
drop trigger audit_tuning_is_recorded on audit_sentineltuning;
drop trigger audit_verdict_is_recorded on audit_sentinelverdict;
drop function audit_tuning_moves_a_step();
drop function audit_demands_entry();
drop function audit_is_called(uuid, text);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0016_no_look_without_an_entry")]
    operations = [migrations.RunSQL(DEMAND, BACK)]
