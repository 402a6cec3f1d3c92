"""An alarm is of a rule there is, over a line that rule can have, and counts what its entries show.

Whoever holds the application's role could put alarms there of rules nobody knows, which no page can
put into words, and with counts and thresholds of any size, so that a misuse looked small beside them.
"""

from django.db import migrations

RULES = """
create function audit_rules() returns table(rule text, ceiling integer) language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  values ('colleagues', 0), ('exports', 5000), ('household', 0), ('off_hours', 120), ('protected', 0),
         ('relatives', 0), ('repeated', 10), ('searches', 24), ('sweep', 60), ('terminal', 0),
         ('traces', 48), ('two_devices', 0), ('without_case', 60) $$;
comment on function audit_rules() is
  'The rules of the sentinel, as audit/sentinel/rules has them, and what the line of each never exceeds.';
revoke all on function audit_rules() from public;
grant execute on function audit_rules() to portal_app;

create or replace function audit_alarm_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.audit_rules() r
                  where r.rule = new.rule and new.allowed between 0 and r.ceiling) then
    raise exception 'no rule has this line' using errcode = 'insufficient_privilege';
  end if;
  if new.state <> 'raised' or new.measured <= new.allowed
     or new.due_on not between current_date - 1 and current_date + 40 then
    raise exception 'an alarm begins open, over its line and soon due' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
"""

SHOWN = """
-- The key says rule, post, day and number, as `audit.sentinel.alarms` makes it. Which day it is says
-- the portal's time zone, set here because every role may set another one for itself. A rule counts
-- entries, or the people in them: what an alarm says it counted is no more than there are.
create or replace function audit_alarm_shows_entries() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp set timezone = 'Asia/Shanghai' set datestyle = 'ISO, YMD' as $$
declare
  entries bigint;
  earliest timestamptz;
  latest timestamptz;
  people bigint;
  day constant text := concat_ws('/', new.rule, new.officer, new.department, new.capacity, new.until::date) || '/';
begin
  select count(*), min(e.at), max(e.at) into entries, earliest, latest from public.audit_entry e
   where e.id = any(new.entries) and e.at between new.since and new.until
     and e.actor = new.account and e.actor_label = new.officer
     and e.department = new.department and e.capacity = new.capacity;
  if (entries, earliest, latest) is distinct from (cardinality(new.entries)::bigint, new.since, new.until) then
    raise exception 'an alarm is of entries of its officer' using errcode = 'insufficient_privilege';
  end if;
  select count(*) into people from public.audit_subject s
   where s.entry_id = any(new.entries) and s.at between new.since and new.until;
  if new.measured > entries + people or new.attempts > entries then
    raise exception 'an alarm counts what its entries show' using errcode = 'insufficient_privilege';
  end if;
  if strpos(new.officer, '/') > 0 or not starts_with(new.key, day)
     or tg_op = 'INSERT' and new.key <> day || 1 + (
          select count(*) from public.audit_sentinelalarm a where starts_with(a.key, day)
             and a.officer = new.officer and a.until >= new.until::date) then
    raise exception 'the key of an alarm says rule, post, day and number' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger audit_alarm_shows_entries on audit_sentinelalarm;
create trigger audit_alarm_shows_entries
  before insert or update of entries, since, until, measured, attempts
  on audit_sentinelalarm for each row execute function audit_alarm_shows_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0030_acts_are_of_their_post")]
    operations = [migrations.RunSQL(RULES), migrations.RunSQL(SHOWN)]
