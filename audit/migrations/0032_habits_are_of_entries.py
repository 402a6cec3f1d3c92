"""A day of an officer is what the entries of that day show, and only grows.

From these days comes how much is usual, and from that how much is an alarm. Whoever holds the
application's role could write any day anew: made busier, it hid the next one; made quieter, or put
there for days without an entry, it buried supervisors in alarms. The sentinel counts a day again
whenever more of it is read, also days of before, so a day stays open to more, and to no more than its
entries show.
"""

from django.db import migrations

from audit.gate import APP_ROLE

COUNTS = "looks, persons, acts, exported, without_case, off_hours, peak"

OF_ENTRIES = f"""
revoke update on audit_habit from {APP_ROLE};
grant update ({COUNTS}) on audit_habit to {APP_ROLE};

-- The most each figure of `audit.sentinel.habits` can be. Which day it is says the portal's time zone.
create function audit_habit_is_of_entries() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  most record;
begin
  if tg_op = 'UPDATE' and (new.looks < old.looks or new.persons < old.persons or new.acts < old.acts
       or new.exported < old.exported or new.without_case < old.without_case
       or new.off_hours < old.off_hours or new.peak < old.peak) then
    raise exception 'a day of an officer only grows' using errcode = 'insufficient_privilege';
  end if;
  with entry as (
    select e.verb, e.outcome, e.purpose_kind, array(
             select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at) as people
      from public.audit_entry e
     where e.actor_label = new.officer and e.department = new.department and e.capacity = new.capacity
       and e.at >= new.day::timestamp at time zone 'Asia/Shanghai'
       and e.at < (new.day + 1)::timestamp at time zone 'Asia/Shanghai'),
  seen as (
    select people, purpose_kind from entry where outcome <> 'refused' and people <> '{{}}')
  select (select count(*) from seen) as looks,
         (select count(distinct one) from seen, unnest(people) one) as persons,
         (select count(*) from entry where outcome = 'done') as acts,
         (select coalesce(sum(greatest(1, cardinality(people))), 0) from entry
           where outcome <> 'refused' and verb ~ '[.](exported|downloaded)$') as exported,
         (select count(*) from seen where purpose_kind in ('', 'reason')) as without_case,
         (select count(distinct one) from seen, unnest(people) one where cardinality(people) <= 5) as peak,
         (select count(*) from entry) as entries
    into most;
  if most.entries = 0 or new.looks > most.looks or new.persons > most.persons or new.acts > most.acts
     or new.exported > most.exported or new.without_case > most.without_case
     or new.off_hours > new.looks or new.peak > most.peak then
    raise exception 'a day of an officer is what its entries show' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_habit_is_of_entries() from public;
create trigger audit_habit_is_of_entries before insert or update on audit_habit
  for each row execute function audit_habit_is_of_entries();
"""
BACK = f"""
drop trigger audit_habit_is_of_entries on audit_habit;
drop function audit_habit_is_of_entries();
grant update on audit_habit to {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0031_alarms_are_of_rules")]
    operations = [migrations.RunSQL(OF_ENTRIES, BACK)]
