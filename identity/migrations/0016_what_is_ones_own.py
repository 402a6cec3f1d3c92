"""What is whose own, as the door of the trail asks it: the person behind an account, the
organisations that person leads, and the other side of a mandate.

Also somebody who has only just been made, and of whom nothing is kept yet: the entry has to come
before the first row behind the gate.
"""

from django.db import migrations

OWN = """
create function identity_own_subjects(p_account uuid, p_kind text, p_object text)
  returns uuid[] language sql stable set search_path = pg_catalog, pg_temp as $$
  with me as (
    select a.person_id as person from public.identity_account a
     where a.id = p_account and a.kind = 'citizen' and a.person_id is not null),
  affairs as (
    select me.person as one from me
    union select o.id from public.identity_organisation o join me on o.legal_representative_id = me.person)
  select array(
    select p_account
    union select a.one from affairs a
    -- In force by a day more either way: which day it is where somebody lives the portal says.
    union select coalesce(m.for_person_id, m.for_organisation_id)
      from public.identity_mandate m join me on m.holder_id = me.person
     where m.revoked_at is null and current_date between m.valid_from - 1 and m.valid_to + 1
    union select m.holder_id from public.identity_mandate m
      join affairs a on a.one = m.for_person_id or a.one = m.for_organisation_id
    union select p.id from public.identity_person p
     where p_kind = 'identity.person' and p.id::text = p_object
       and not exists (select from public.identity_persondetail d where d.subject_id = p.id)) $$;
revoke all on function identity_own_subjects(uuid, text, text) from public;

create or replace function audit_is_own(p_actor uuid, p_kind text, p_object text, p_subjects uuid[])
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_subjects <@ public.identity_own_subjects(p_actor, p_kind, p_object) $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0015_what_was_told_stays_told"),
        ("audit", "0016_no_look_without_an_entry"),
    ]
    operations = [migrations.RunSQL(OWN)]
