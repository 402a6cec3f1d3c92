"""An alarm is raised now, is due within three weeks, and says what is usual as the days say it.

Whoever holds the application's role could put one there raised long ago, due in forty days, beside
habits nobody has, and with a count that its entries do not make: whoever judged it was led astray, or
not called at all. Which days are worked is for the package above to know, so the last day has bounds.
"""

from django.db import migrations

USUAL = """
create function audit_usual(p_rule text, p_officer text, p_department text, p_capacity text)
  returns integer language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when count(*) >= 5 then percentile_disc(0.9) within group (order by of_rule.figure) end
    from (select case p_rule when 'exports' then h.exported when 'off_hours' then h.off_hours
                             when 'sweep' then h.peak when 'without_case' then h.without_case end as figure
            from public.audit_habit h
           where h.department = p_department and h.capacity = p_capacity
             and (p_officer is null or h.officer = p_officer)
             and h.day >= (now() at time zone 'Asia/Shanghai')::date - 60
             and h.day < (now() at time zone 'Asia/Shanghai')::date) of_rule $$;
comment on function audit_usual(text, text, text, text) is
  'What is usual for a rule: nine of ten days stay at or below, as audit/sentinel/habits reckons it. Of
   one officer, or of everybody at the post; null for fewer than five days, and for a rule without a figure.';
revoke all on function audit_usual(text, text, text, text) from public;
grant execute on function audit_usual(text, text, text, text) to portal_app;
"""

BEGINS = """
create or replace function audit_alarm_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
  if not exists (select from public.audit_rules() r
                  where r.rule = new.rule and new.allowed between 0 and r.ceiling) then
    raise exception 'no rule has this line' using errcode = 'insufficient_privilege';
  end if;
  -- Five working days are five days at least, and three weeks at most, whatever holidays there are. The
  -- portal's clock may stand on the other side of midnight.
  if new.state <> 'raised' or new.measured <= new.allowed or new.due_on not between today + 4 and today + 22 then
    raise exception 'an alarm begins open, over its line and soon due' using errcode = 'insufficient_privilege';
  end if;
  new.raised_at := clock_timestamp();
  new.own_usual := public.audit_usual(new.rule, new.officer, new.department, new.capacity);
  new.post_usual := public.audit_usual(new.rule, null, new.department, new.capacity);
  return new;
end $$;
"""

SHOWN = """
-- As in 0031, and each rule by its own count: people of a sweep, people in files, entries of all others;
-- what was only tried are entries that were refused.
create or replace function audit_alarm_shows_entries() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp set timezone = 'Asia/Shanghai' set datestyle = 'ISO, YMD' as $$
declare
  entries bigint;
  refused bigint;
  earliest timestamptz;
  latest timestamptz;
  most bigint;
  day constant text := concat_ws('/', new.rule, new.officer, new.department, new.capacity, new.until::date) || '/';
begin
  select count(*), count(*) filter (where e.outcome = 'refused'), min(e.at), max(e.at)
    into entries, refused, earliest, latest from public.audit_entry e
   where e.id = any(new.entries) and e.at between new.since and new.until
     and e.actor = new.account and e.actor_label = new.officer
     and e.department = new.department and e.capacity = new.capacity;
  if (entries, earliest, latest) is distinct from (cardinality(new.entries)::bigint, new.since, new.until) then
    raise exception 'an alarm is of entries of its officer' using errcode = 'insufficient_privilege';
  end if;
  most := entries;
  if new.rule in ('sweep', 'exports') then
    select case new.rule when 'sweep' then count(distinct s.subject)
                         else entries - count(distinct s.entry_id) + count(*) end into most
      from public.audit_subject s where s.entry_id = any(new.entries) and s.at between new.since and new.until;
  end if;
  if new.measured > most or new.attempts > refused then
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
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0033_rows_say_what_their_entry_says")]
    operations = [migrations.RunSQL(USUAL), migrations.RunSQL(BEGINS), migrations.RunSQL(SHOWN)]
