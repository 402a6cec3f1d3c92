"""That words are gone is told always; whether they were erased by law says the sealed trail.

The function took an entry for an erasure whose verb said so, and which row it stood in: whoever owns
the database could write both without anybody's order. `audit.keeping.ordered` reads the order now.
"""

from django.db import migrations

WORDS = """
create or replace function audit_words_amiss(p_after bigint, p_upto bigint)
  returns table(entry_id bigint, gone boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
  select e.id, d.entry_id is null
    from public.audit_entry e left join public.audit_detail d on d.entry_id = e.id and d.at = e.at
   where e.id > p_after and e.id <= p_upto
     and (e.detail_hash is not null or d.entry_id is not null)
     and e.detail_hash is distinct from sha256(convert_to(d.salt::text || d.body::text, 'UTF8'))
  union
  -- Words that belong to no entry would be read beside one; and those of an entry are shown for the
  -- persons it is about, no more and no fewer.
  select d.entry_id, false from public.audit_detail d
   where d.entry_id > p_after and d.entry_id <= p_upto
     and (not exists (select from public.audit_entry e where e.id = d.entry_id and e.at = d.at)
          or array(select distinct one from unnest(d.subjects) one order by 1) is distinct from
             array(select s.subject from public.audit_subject s
                    where s.entry_id = d.entry_id and s.at = d.at order by 1))
   order by 1 $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0043_words_are_not_counted")]
    operations = [migrations.RunSQL(WORDS)]
