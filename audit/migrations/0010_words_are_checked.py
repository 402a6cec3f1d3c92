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
     -- Words erased by law are no fault where an entry of the trail says so.
     and not (d.entry_id is null and exists (
       select from public.audit_erasure x where x.entry_id = e.id and coalesce(
         (select t.verb = 'trail.words_erased' from public.audit_entry t where t.id = x.erased_by),
         exists (select from public.audit_pass p where x.erased_by = any(p.entries)))))
   order by e.id $$;
revoke all on function audit_words_amiss(bigint, bigint) from public;
grant execute on function audit_words_amiss(bigint, bigint) to portal_app, portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_where_heads_are_published")]
    operations = [migrations.RunSQL(WORDS, "drop function audit_words_amiss(bigint, bigint)")]
