"""Whom an officer is says system administration, and a mandate is taken back by whoever gave it.

Any entry that named the citizen was enough for the link, one of a clerk or of the officer too; the
end of a mandate needed none.
"""

from django.db import migrations

LINKED = """
create function identity_link_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
      join public.audit_subject s on s.entry_id = e.id and s.at = e.at
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = 'officer.linked' and e.object_kind = 'identity.account' and e.object_id = new.id::text
       and e.capacity = 'sysadmin' and e.actor <> new.id and s.subject = new.private_person_id) then
    raise exception 'whom an officer is: no entry of another, of system administration, names them'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_link_is_told() from public;
drop trigger identity_officer_is_linked on identity_account;
create constraint trigger identity_officer_is_linked after insert on identity_account
  deferrable initially deferred for each row when (new.private_person_id is not null)
  execute function identity_link_is_told();
drop trigger identity_officer_becomes_linked on identity_account;
create constraint trigger identity_officer_becomes_linked after update on identity_account
  deferrable initially deferred for each row
  when (old.private_person_id is null and new.private_person_id is not null)
  execute function identity_link_is_told();
"""

TAKEN_BACK = """
-- The giver, for themselves: the person, or who leads the organisation.
create function identity_mandate_is_taken_back() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  giver constant uuid := coalesce(new.for_person_id, (
    select o.legal_representative_id from public.identity_organisation o where o.id = new.for_organisation_id));
  tied constant uuid[] := array[new.holder_id, coalesce(new.for_person_id, new.for_organisation_id)];
begin
  if not exists (
    select from public.audit_entry e
      join public.identity_account a on a.id = e.actor
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = 'mandate.withdrawn' and e.object_kind = 'identity.mandate' and e.object_id = new.id::text
       and e.capacity = 'citizen' and e.principal is null and a.kind = 'citizen' and a.person_id = giver
       and tied <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception 'the end of a mandate: no entry of its giver names both'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_mandate_is_taken_back() from public;
create constraint trigger identity_mandate_is_taken_back after update on identity_mandate
  deferrable initially deferred for each row
  when (old.revoked_at is distinct from new.revoked_at)
  execute function identity_mandate_is_taken_back();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0029_postings_are_of_administration")]
    operations = [migrations.RunSQL(LINKED), migrations.RunSQL(TAKEN_BACK)]
