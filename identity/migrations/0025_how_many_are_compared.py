"""Who is near or protected is answered about two hundred people at once and no more.

Nobody's work compares more than the people of a page or of some officers' days; whoever lists
everybody has to ask as often as there are two hundred of them. SECURITY.md says what that leaves.
"""

from django.db import migrations

CAP = """
create or replace function identity_near(p_accounts uuid[], p_subjects uuid[])
  returns table(account uuid, person uuid, is_household boolean)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if greatest(cardinality(p_accounts), cardinality(p_subjects)) > 200 then
    raise exception 'two hundred people at once are compared and no more' using errcode = 'invalid_parameter_value';
  end if;
  return query
  with bearer as (
    select a.id as account, a.private_person_id as person from public.identity_account a
     where a.id = any(p_accounts) and a.private_person_id is not null)
  -- Whom one declared, and officers who declared one: family goes both ways.
  select r.account_id, n.person_id, false
    from public.identity_declaredrelative r join public.identity_personnumber n on n.digest = r.digest
   where r.account_id = any(p_accounts) and r.ended_at is null and n.person_id = any(p_subjects)
  union
  select b.account, o.private_person_id, false
    from bearer b join public.identity_personnumber n on n.person_id = b.person
    join public.identity_declaredrelative r on r.digest = n.digest and r.ended_at is null
    join public.identity_account o on o.id = r.account_id
   where o.private_person_id = any(p_subjects)
  union
  select b.account, theirs.person_id, true
    from bearer b join public.identity_householdmark mine on mine.person_id = b.person
    join public.identity_householdmark theirs on theirs.digest = mine.digest
   where theirs.person_id = any(p_subjects) and theirs.person_id <> b.person;
end $$;

create or replace function identity_protected(p_subjects uuid[], p_begun_by uuid[])
  returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if cardinality(p_subjects) > 200 then
    raise exception 'two hundred people at once are compared and no more' using errcode = 'invalid_parameter_value';
  end if;
  return array(select n.person_id from public.identity_personnumber n
                where n.person_id = any(p_subjects)
                  and exists (select from public.identity_protectedperson p
                               where p.digest = n.digest and p.ended_at is null
                                 and (p_begun_by is null or p.entered_by_id = any(p_begun_by))));
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0024_accounts_take_their_entries")]
    operations = [migrations.RunSQL(CAP, migrations.RunSQL.noop)]
