"""A day of an officer counts looks, acts and hours off as the sentinel does, and is read once a round.

The database took every entry about somebody for a look, every entry for an act, and any look for one
outside office hours: whoever held the application's role made days so busy that a misuse looked usual.
When offices work is for the package above to say: it replaces `audit_office_hours`. A day off that was
entered, and taken back after the sentinel had counted, must not stop it: hours off are cut, not refused.
"""

from django.db import migrations

HOURS = """
create function audit_office_hours(p_day date) returns tstzrange
  language sql stable set search_path = pg_catalog, pg_temp as $$ select 'empty'::tstzrange $$;
comment on function audit_office_hours(date) is
  'When offices work on a day. Replaced by the package above that knows the working calendar.';
revoke all on function audit_office_hours(date) from public;
grant execute on function audit_office_hours(date) to portal_app;

-- Without a search path of its own, so that it becomes part of the query: it is asked of every entry.
create function audit_event_kind(p_verb text) returns text language sql immutable as $$
  select case when p_verb ~ '[.](viewed|revealed|looked_up|opened_by_reason)$'
                then case when p_verb ~ '^(trail|protection|lookup_review|question|hold|erasure)[.]'
                          then 'supervised' else 'look' end
              when p_verb ~ '[.](exported|downloaded)$' then 'file'
              when p_verb ~ '([.](listed|previewed|seen|checked|traced|searched)|_traced)$'
                or p_verb ~ '^(session|account|message)[.]' then 'other'
              else 'act' end $$;
comment on function audit_event_kind(text) is
  'What a verb is for the sentinel, as audit/sentinel/events has it: a look (supervised: one of those who
   supervise), a file, an act, or something other.';
revoke all on function audit_event_kind(text) from public;
grant execute on function audit_event_kind(text) to portal_app;
"""

COUNTED = """
create or replace function audit_habit_is_of_entries() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  most record;
  open constant tstzrange := public.audit_office_hours(new.day);
begin
  -- The row there is will be changed, not added: that asks the same, and once is enough.
  if tg_op = 'INSERT' and exists (
    select from public.audit_habit h where h.officer = new.officer and h.department = new.department
       and h.capacity = new.capacity and h.day = new.day) then
    return new;
  end if;
  if tg_op = 'UPDATE' and new is not distinct from old then
    return new;
  end if;
  if tg_op = 'UPDATE' and (new.looks < old.looks or new.persons < old.persons or new.acts < old.acts
       or new.exported < old.exported or new.without_case < old.without_case
       or new.off_hours < old.off_hours or new.peak < old.peak) then
    raise exception 'a day of an officer only grows' using errcode = 'insufficient_privilege';
  end if;
  with entry as materialized (
    select e.outcome, e.purpose_kind, e.at, public.audit_event_kind(e.verb) as kind, array(
             select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at) as people
      from public.audit_entry e
     where e.actor_label = new.officer and e.department = new.department and e.capacity = new.capacity
       and e.at >= new.day::timestamp at time zone 'Asia/Shanghai'
       and e.at < (new.day + 1)::timestamp at time zone 'Asia/Shanghai'),
  seen as materialized (
    select at, people, purpose_kind, kind from entry
     where outcome <> 'refused' and people <> '{}' and kind in ('look', 'supervised'))
  select (select count(*) from seen) as looks,
         (select count(distinct one) from seen, unnest(people) one) as persons,
         (select count(*) from entry where outcome = 'done' and kind = 'act') as acts,
         (select coalesce(sum(greatest(1, cardinality(people))), 0) from entry
           where outcome <> 'refused' and kind = 'file') as exported,
         (select count(*) from seen where purpose_kind in ('', 'reason')) as without_case,
         (select count(*) from seen where not at <@ open) as off_hours,
         (select count(distinct one) from seen, unnest(people) one
           where cardinality(people) <= 5 and kind = 'look') as peak,
         (select count(*) from entry) as entries
    into most;
  new.off_hours := least(new.off_hours, greatest(most.off_hours, coalesce(old.off_hours, 0)));
  if most.entries = 0 or new.looks > most.looks or new.persons > most.persons or new.acts > most.acts
     or new.exported > most.exported or new.without_case > most.without_case or new.peak > most.peak then
    raise exception 'a day of an officer is what its entries show' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0035_files_are_taken_back")]
    operations = [migrations.RunSQL(HOURS), migrations.RunSQL(COUNTED)]
