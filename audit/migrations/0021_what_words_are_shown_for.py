"""Whom the words of an entry may be shown for is checked too, and no function reads a role's settings.

* The gate of `audit_detail` asks its column `subjects`. It is not under the hash, but what it should
  say is: the persons the entry is about. A check compares the two.
* PostgreSQL lets every role set its own time zone and way of writing dates. The functions that run
  with the owner's rights say themselves which they mean.
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
     -- Words erased by law are no fault where a later entry says so, about the same person and
     -- about words from before a day after this one.
     and not (d.entry_id is null and exists (
       select from public.audit_erasure x join public.audit_entry t on t.id = x.erased_by
        where x.entry_id = e.id and t.verb = 'trail.words_erased' and t.at > e.at
          and e.at < t.object_id::date + interval '1 day'
          and exists (select from public.audit_subject a join public.audit_subject b
                        on b.subject = a.subject and b.entry_id = t.id and b.at = t.at
                       where a.entry_id = e.id and a.at = e.at)))
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

alter function audit_make_room(date, date) set timezone = 'UTC';
alter function audit_make_room(date, date) set datestyle = 'ISO, YMD';
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0020_checks_are_the_sealers")]
    operations = [migrations.RunSQL(WORDS)]
