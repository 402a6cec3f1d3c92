"""Whether the words of entries are still those that were hashed, asked without reading them.

A check runs as a role that may not read words about people. This function tells it which entries'
words do not fit their hash, or are gone, and nothing else.
"""

from django.db import migrations

WORDS = """
create function audit_words_amiss(p_after bigint, p_upto bigint)
  returns table(entry_id bigint, gone boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, d.entry_id is null
    from public.audit_entry e left join public.audit_detail d on d.entry_id = e.id and d.at = e.at
   where e.id > p_after and e.id <= p_upto
     and (e.detail_hash is not null or d.entry_id is not null)
     and e.detail_hash is distinct from sha256(convert_to(d.salt::text || d.body::text, 'UTF8'))
     -- Words erased by law are no fault where a later entry says so, about the same person and
     -- about words from before a day after this one.
     and not (d.entry_id is null and exists (
       select from public.audit_erasure x join public.audit_entry t on t.id = x.erased_by
        where x.entry_id = e.id and t.verb = 'trail.words_erased' and t.at > e.at
          and e.at < t.object_id::date + interval '1 day'
          and exists (select from public.audit_subject a join public.audit_subject b
                        on b.subject = a.subject and b.entry_id = t.id and b.at = t.at
                       where a.entry_id = e.id and a.at = e.at)))
  union all
  -- Words that belong to no entry would be read beside one.
  select d.entry_id, false from public.audit_detail d
   where d.entry_id > p_after and d.entry_id <= p_upto
     and not exists (select from public.audit_entry e where e.id = d.entry_id and e.at = d.at)
   order by 1 $$;
revoke all on function audit_words_amiss(bigint, bigint) from public;
grant execute on function audit_words_amiss(bigint, bigint) to portal_app, portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_where_heads_are_published")]
    operations = [migrations.RunSQL(WORDS, "drop function audit_words_amiss(bigint, bigint)")]
