"""What PostgreSQL expects of a question tells nothing of the words of entries either.

Row security of `audit_detail` lies on the table of all months, statistics in each month and in
the table of all: how long words are, and how many are alike. The other columns are keys, and stand
in `audit_entry` and `audit_subject` for everybody who may ask.
"""

from django.db import migrations

# Said of the table of all it holds for each month there is. Before PostgreSQL 18 only a superuser
# can have statistics forgotten.
NOT_COUNTED = """
alter table audit_detail alter column body set statistics 0;
do $x$ declare one record; begin
  for one in
    select c.relname as name, c.relkind = 'p' as is_of_all from pg_class c
     where c.oid = 'audit_detail'::regclass
        or c.oid in (select inhrelid from pg_inherits where inhparent = 'audit_detail'::regclass)
  loop
    if to_regproc('pg_clear_attribute_stats') is not null then
      perform pg_clear_attribute_stats('public', one.name, 'body', one.is_of_all);
    end if;
  end loop;
end $x$
"""

# As in 0005, and the words of a new month are not counted.
ROOM = """
create or replace function audit_make_room(p_first date, p_last date) returns int language plpgsql
  security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
declare
  made int := 0;
  parent text;
  room text;
  month date;
begin
  if p_last > current_date + interval '24 months' then
    raise exception 'no room is made for more than two years ahead';
  end if;
  for month in select m::date from generate_series(
      date_trunc('month', p_first::timestamp), p_last::timestamp, interval '1 month') m loop
    foreach parent in array array['audit_entry', 'audit_subject', 'audit_detail'] loop
      room := parent || to_char(month, '_YYYY_MM');
      continue when to_regclass('public.' || room) is not null;
      -- Made apart and then put in its place: nobody who reads or writes the trail has to wait.
      execute format('create table public.%I (like public.%I including defaults'
                     ' including constraints)', room, parent);
      execute format('revoke all on public.%I from public, portal_app, portal_sealer', room);
      if parent = 'audit_detail' then
        execute format('alter table public.%I alter column body set statistics 0', room);
      end if;
      execute format('alter table public.%I attach partition public.%I for values'
                     ' from (%L) to (%L)', parent, room,
                     month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00');
      execute format('create trigger %I before update %s or truncate on public.%I'
                     ' for each statement execute function public.audit_refuse_change()',
                     room || '_append_only',
                     case when parent = 'audit_detail' then '' else 'or delete' end, room);
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0042_a_proof_is_found_by_index")]
    operations = [migrations.RunSQL(NOT_COUNTED), migrations.RunSQL(ROOM)]
