"""What decides whose own something is stands, and is told by an entry that names everybody in it.

The application role could make another person's affairs its own and put everything back: the person
behind an account, who leads an organisation, who holds a mandate. Nobody's work changes these, so
they stand. New ones need their entry (`account`: who it is was proven; organisation and mandate: they
were entered), which each person in them finds among the looks at their data.

An account, a person and an organisation never share an id, and an account that is not there owns
nothing: all three kinds of ids are subjects of one trail.
"""

from django.db import migrations

from audit.gate import APP_ROLE

RIGHTS = f"""
revoke update on identity_person, identity_organisation, identity_mandate from {APP_ROLE};
grant update (revoked_at) on identity_mandate to {APP_ROLE};
grant update (masked_name) on identity_person to {APP_ROLE};
"""
RIGHTS_BACK = f"""
revoke update (revoked_at) on identity_mandate from {APP_ROLE};
revoke update (masked_name) on identity_person from {APP_ROLE};
grant update on identity_person, identity_organisation, identity_mandate to {APP_ROLE};
"""

STANDS = """
create trigger identity_account_stands before update on identity_account for each row
  when ((old.id, old.kind) is distinct from (new.id, new.kind)
        or old.person_id is not null and old.person_id is distinct from new.person_id)
  execute function audit_stands('who an account is of');
create trigger identity_mandate_stays_revoked before update on identity_mandate for each row
  when (old.revoked_at is not null and old.revoked_at is distinct from new.revoked_at)
  execute function audit_stands('the end of a mandate');
create trigger identity_detail_stands before update on identity_persondetail for each row
  when (old.subject_id is distinct from new.subject_id)
  execute function audit_stands('whom details are of');

create function identity_id_is_fresh() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from public.identity_person p where p.id = new.id)
     or exists (select from public.identity_organisation o where o.id = new.id)
     or exists (select from public.identity_account a where a.id = new.id) then
    raise exception 'this id is somebody else''s' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function identity_id_is_fresh() from public;
create trigger identity_person_is_fresh before insert on identity_person
  for each row execute function identity_id_is_fresh();
create trigger identity_organisation_is_fresh before insert on identity_organisation
  for each row execute function identity_id_is_fresh();
create trigger identity_account_is_fresh before insert on identity_account
  for each row execute function identity_id_is_fresh();
"""
STANDS_BACK = """
drop trigger identity_account_is_fresh on identity_account;
drop trigger identity_organisation_is_fresh on identity_organisation;
drop trigger identity_person_is_fresh on identity_person;
drop function identity_id_is_fresh();
drop trigger identity_detail_stands on identity_persondetail;
drop trigger identity_mandate_stays_revoked on identity_mandate;
drop trigger identity_account_stands on identity_account;
"""

TOLD = """
create constraint trigger identity_account_is_proven after insert on identity_account
  deferrable initially deferred for each row when (new.person_id is not null)
  execute function audit_demands_names('person.proven', 'identity.account', 'id', 'person_id');
create constraint trigger identity_account_becomes_proven after update on identity_account
  deferrable initially deferred for each row
  when (old.person_id is null and new.person_id is not null)
  execute function audit_demands_names('person.proven', 'identity.account', 'id', 'person_id');
create constraint trigger identity_organisation_is_entered after insert on identity_organisation
  deferrable initially deferred for each row
  execute function audit_demands_names('organisation.entered', 'identity.organisation', 'id',
                                       'id,legal_representative_id');
create constraint trigger identity_mandate_is_entered after insert on identity_mandate
  deferrable initially deferred for each row
  execute function audit_demands_names('mandate.entered', 'identity.mandate', 'id',
                                       'holder_id,for_person_id,for_organisation_id');
"""
TOLD_BACK = """
drop trigger identity_mandate_is_entered on identity_mandate;
drop trigger identity_organisation_is_entered on identity_organisation;
drop trigger identity_account_becomes_proven on identity_account;
drop trigger identity_account_is_proven on identity_account;
"""

OWN = """
create or replace function identity_own_subjects(p_account uuid, p_kind text, p_object text)
  returns uuid[] language sql stable set search_path = pg_catalog, pg_temp as $$
  with me as (
    select a.person_id as person from public.identity_account a
     where a.id = p_account and a.kind = 'citizen' and a.person_id is not null),
  affairs as (
    select me.person as one from me
    union select o.id from public.identity_organisation o join me on o.legal_representative_id = me.person)
  select array(
    select a.id from public.identity_account a where a.id = p_account
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0017_holds_are_recorded"),
        ("audit", "0025_what_stands_and_what_is_named"),
    ]
    operations = [
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(STANDS, STANDS_BACK),
        migrations.RunSQL(TOLD, TOLD_BACK),
        migrations.RunSQL(OWN),
    ]
