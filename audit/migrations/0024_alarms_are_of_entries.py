"""An alarm is what the sentinel found in entries there are: it begins open, grows, and is told.

Whoever holds the application's role could put alarms there that claimed entries of the future, were
judged already, or took the place of the one the sentinel was to raise: what was judged is evidence
no more, and two alarms of one rule, post and day never have one key. So the database looks at the
entries themselves, at the key they give, and at the end of the transaction for the sentinel's own
entry. What an alarm counts never becomes less.
"""

from django.db import migrations

FOUND = """
create function audit_alarm_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.state <> 'raised' or new.measured <= new.allowed
     or new.due_on not between current_date - 1 and current_date + 40 then
    raise exception 'an alarm begins open, over its line and soon due' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_alarm_begins() from public;
create trigger audit_alarm_begins before insert on audit_sentinelalarm
  for each row execute function audit_alarm_begins();

create or replace function audit_alarm_only_grows() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if old.state = 'judged' or (old.state = 'inquiry' and new.state = 'raised')
     or not old.entries <@ new.entries
     or new.measured < old.measured or new.attempts < old.attempts
     or new.since > old.since or new.until < old.until
     or (old.state <> 'raised' and (new.entries, new.since, new.until, new.measured, new.attempts)
          is distinct from (old.entries, old.since, old.until, old.measured, old.attempts)) then
    raise exception 'an alarm only grows, and a judged one stands' using errcode = 'insufficient_privilege';
  end if;
  if new.state <> old.state and not exists (
    select from public.audit_sentinelverdict v where v.alarm = new.number and v.kind = new.verdict) then
    raise exception 'an alarm is settled by a verdict and nothing else' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

-- The key says rule, post, day and number, as `audit.sentinel.alarms` makes it. Which day it is says
-- the portal's time zone, set here because every role may set another one for itself.
create function audit_alarm_shows_entries() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp set timezone = 'Asia/Shanghai' set datestyle = 'ISO, YMD' as $$
declare
  entries bigint;
  earliest timestamptz;
  latest timestamptz;
  day constant text := concat_ws('/', new.rule, new.officer, new.department, new.capacity, new.until::date) || '/';
begin
  select count(*), min(e.at), max(e.at) into entries, earliest, latest from public.audit_entry e
   where e.id = any(new.entries) and e.at between new.since and new.until
     and e.actor = new.account and e.actor_label = new.officer
     and e.department = new.department and e.capacity = new.capacity;
  if (entries, earliest, latest) is distinct from (cardinality(new.entries)::bigint, new.since, new.until) then
    raise exception 'an alarm is of entries of its officer' using errcode = 'insufficient_privilege';
  end if;
  if strpos(new.rule || new.officer, '/') > 0 or not starts_with(new.key, day)
     or tg_op = 'INSERT' and new.key <> day || 1 + (
          select count(*) from public.audit_sentinelalarm a where starts_with(a.key, day)
             and a.officer = new.officer and a.until >= new.until::date) then
    raise exception 'the key of an alarm says rule, post, day and number' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_alarm_shows_entries() from public;
create trigger audit_alarm_shows_entries before insert or update of entries, since, until
  on audit_sentinelalarm for each row execute function audit_alarm_shows_entries();

create function audit_alarm_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = 'alarm.raised' and e.object_kind = 'audit.sentinelalarm'
       and e.object_id = new.number::text and e.capacity = 'system' and e.actor_label = 'sentinel') then
    raise exception 'alarm %: no entry of the sentinel in this transaction', new.number
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function audit_alarm_is_told() from public;
create constraint trigger audit_alarm_is_told after insert on audit_sentinelalarm
  deferrable initially deferred for each row execute function audit_alarm_is_told();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0023_files_leave_their_entry")]
    operations = [migrations.RunSQL(FOUND)]
