"""Who is under protection, who lives together and who is whose relative stands behind the gate.

Whoever held the application's role could read the list of the protected without an entry. Now their
rows open as everybody's do, with an entry: of a household it names the person, of a declaration and of
a protection, which lie on numbers, the account of the officer whose row it is. The sentinel, and
whoever is to be kept from a look, only need comparisons: functions answer which of the people at hand
are near or protected, and read nothing out.
"""

from django.db import migrations

from audit.gate import APP_ROLE, gated

NEAR = """
create function identity_near(p_accounts uuid[], p_subjects uuid[])
  returns table(account uuid, person uuid, is_household boolean)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
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
   where theirs.person_id = any(p_subjects) and theirs.person_id <> b.person $$;
comment on function identity_near(uuid[], uuid[]) is
  'Who of these people is a declared relative of one of these officers, or of the same household.';

create function identity_protected(p_subjects uuid[], p_begun_by uuid[])
  returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select n.person_id from public.identity_personnumber n
                where n.person_id = any(p_subjects)
                  and exists (select from public.identity_protectedperson p
                               where p.digest = n.digest and p.ended_at is null
                                 and (p_begun_by is null or p.entered_by_id = any(p_begun_by)))) $$;
comment on function identity_protected(uuid[], uuid[]) is
  'Who of these people is under protection; with accounts, under one that one of them began.';
"""
LISTS = """
-- Which rows there are to open: those of these keepers.
create function identity_keepers()
  returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select distinct p.entered_by_id from public.identity_protectedperson p
                where p.ended_at is null) $$;

-- Whose a declaration is, by its id, which cannot be guessed; the row itself is not read.
create function identity_relative_is_of(p_id uuid)
  returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.account_id from public.identity_declaredrelative r where r.id = p_id and r.ended_at is null $$;

-- What waits for a second person: of relatives the officers who asked, of protections how many.
create function identity_relatives_to_end(p_but_of uuid[])
  returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select r.account_id from public.identity_declaredrelative r
                where r.end_asked_at is not null and r.ended_at is null
                  and r.account_id <> all(p_but_of)) $$;
create function identity_protections_to_end(p_but_by uuid[])
  returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from public.identity_protectedperson p
   where p.ended_at is null and p.end_asked_by_id <> all(p_but_by) $$;

create function identity_without_mark(p_at_most integer)
  returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select p.id from public.identity_person p
                where not exists (select from public.identity_householdmark m where m.person_id = p.id)
                order by p.created_at, p.id limit p_at_most) $$;
"""

FUNCTIONS = (
    "identity_near(uuid[], uuid[])",
    "identity_protected(uuid[], uuid[])",
    "identity_keepers()",
    "identity_relative_is_of(uuid)",
    "identity_relatives_to_end(uuid[])",
    "identity_protections_to_end(uuid[])",
    "identity_without_mark(integer)",
)
CALLED = "".join(
    f"revoke all on function {one} from public; grant execute on function {one} to {APP_ROLE};"
    for one in FUNCTIONS
)
GONE = "".join(f"drop function {one};" for one in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("identity", "0019_protection_lies_on_a_number")]
    operations = [
        gated("identity_protectedperson", "entered_by_id"),
        gated("identity_householdmark", "person_id"),
        gated("identity_declaredrelative", "account_id"),
        migrations.RunSQL(NEAR + LISTS + CALLED, GONE),
    ]
