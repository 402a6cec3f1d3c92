"""Rows that need the entry of their act (`audit.gate.needs_entry`) and have none, for a check.

Triggers keep such a row from being written; whoever owns the database can switch them off for a
minute. What each row needs stands in the triggers themselves, so that none can be forgotten here.
"""

from django.db import migrations

from audit.gate import APP_ROLE

UNTOLD = f"""
create function audit_rows_untold() returns table(held text, thing text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
declare
  one record;
  asked text[] := '{{}}';
  verbs text[] := '{{}}';
  -- What was done before may be told by an entry that has left with its month.
  since constant timestamptz := coalesce((
    select max(a.month) + interval '1 month' from public.audit_archive a where a.restored_by is null), '-infinity');
begin
  for one in
    with demand as (
      select t.tgrelid as relation, a.said[2] as kind, a.said[3] as ids, a.said[4] as who, a.said[6] = 'code' as is_code,
             string_to_array(a.said[1], ',') as verbs, string_to_array(a.said[5], ',') as capacities,
             coalesce(substring(pg_get_triggerdef(t.oid) from ' WHEN \\((.*)\\) EXECUTE FUNCTION '), 'true') as condition
        from pg_trigger t, lateral (select string_to_array(encode(t.tgargs, 'escape'), '\\000')) a(said)
       where t.tgfoid = 'public.audit_demands_entry'::regproc
    )
    -- Who has a case in hand stands in it before it is decided; an account objects to what is said of itself.
    select d.relation, d.kind, d.who, d.is_code, w.verbs, w.capacities,
           case when d.condition ~ '\\mold\\.' then 'true'
                else regexp_replace(d.condition, '\\mnew\\.', 'r.', 'g') end as condition,
           (select string_agg(format('r.%I', id), ', ') from unnest(string_to_array(d.ids, ',')) id) as ids,
           (select c.attname from pg_attribute c
             where c.attrelid = d.relation and c.atttypid = 'timestamptz'::regtype and not c.attisdropped and c.attname =
                   case d.who when 'by' then 'at' when 'asker_id' then 'asked_at'
                   else regexp_replace(d.who, '(_by_id|_by|_label)$', '_at') end) as moment
      from demand d, lateral (
        select array_agg(distinct v) as verbs, array_agg(distinct c) as capacities
          from demand o, unnest(o.verbs) v, unnest(o.capacities) c
         where o.relation = d.relation and o.who = d.who and o.ids = d.ids
           and (d.condition ~ '\\mold\\.' or o.condition = d.condition and o.verbs = d.verbs)) w
     where d.relation <> 'public.applications_application'::regclass
       and d.who <> all(string_to_array(d.ids, ','))
  loop
    verbs := verbs || one.verbs;
    asked := asked || format(
      '(select %1$L, left(concat_ws(''/'', %2$s), 80), r.%3$I::text from %4$s r'
      ' where r.%3$I::text <> '''' and (%5$s) and %6$s'
      ' except select %1$L, a.object_id, a.%7$I::text from acts a'
      ' where a.object_kind = %8$L and a.verb = any(%9$L) and a.capacity = any(%10$L))',
      split_part(one.relation::regclass::text, '.', 2), one.ids, one.who, one.relation::regclass, one.condition,
      case when one.moment is null then (since = '-infinity')::text else format('coalesce(r.%I, ''infinity'') >= %L', one.moment, since) end,
      case when one.is_code then 'actor_label' else 'actor' end, one.kind, one.verbs, one.capacities);
  end loop;
  return query execute
    'with acts as materialized (select e.object_kind, e.object_id, e.verb, e.capacity, e.actor, e.actor_label'
    ' from public.audit_entry e where e.outcome = ''done'' and e.verb = any($1))'
    ' select distinct u.held, u.thing from (' || array_to_string(asked, ' union all ') || ') u(held, thing, who)'
    ' order by 1, 2 limit 100' using verbs;
end $$;
comment on function audit_rows_untold() is
  'Rows that say who acted without an entry of that act, as far back as all entries are here: table and number.';
revoke all on function audit_rows_untold() from public;
grant execute on function audit_rows_untold() to {APP_ROLE}, portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0044_words_go_by_order")]
    operations = [migrations.RunSQL(UNTOLD, "drop function audit_rows_untold()")]
