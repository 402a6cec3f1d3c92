"""A consent is given, widened and taken back with the entry of that, and only so.

Whoever held the application's role could let registers be asked about somebody, or take a consent back,
and nothing told of it. Whoever may name somebody's data in an entry gives a consent, and only who acts for
themselves, or for the organisation they lead, takes it back. What it was given for, and its end, stand.
"""

from django.db import migrations

from audit.gate import APP_ROLE

TOLD = """
-- Arguments: the verb and the capacities (any of them, with commas). A row names who gave it first; who
-- widens it or takes it back may be another account, of those whose entry may name the subject.
create function identity_consent_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
      join public.audit_subject s on s.entry_id = e.id and s.at = e.at
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = tg_argv[0] and e.object_kind = 'identity.consent' and e.object_id = new.id::text
       and e.capacity = any(string_to_array(tg_argv[1], ',')) and s.subject = new.subject_id
       and (tg_op = 'UPDATE' or e.actor = new.account_id)) then
    raise exception '% of a consent: no entry of % names its subject', tg_op, tg_argv[0]
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_consent_is_told() from public;
create constraint trigger identity_consent_is_given after insert on identity_consent
  deferrable initially deferred for each row
  execute function identity_consent_is_told('consent.given', 'citizen,delegate');
create constraint trigger identity_consent_is_widened after update on identity_consent
  deferrable initially deferred for each row when (old.record_types is distinct from new.record_types)
  execute function identity_consent_is_told('consent.given', 'citizen,delegate');
create constraint trigger identity_consent_is_taken_back after update on identity_consent
  deferrable initially deferred for each row when (old.withdrawn_at is distinct from new.withdrawn_at)
  execute function identity_consent_is_told('consent.withdrawn', 'citizen');

create trigger identity_consent_begins before insert on identity_consent for each row
  when (new.withdrawn_at is not null) execute function audit_stands('a consent that begins');
create trigger identity_consent_only_grows before update on identity_consent for each row
  when (not old.record_types <@ new.record_types)
  execute function audit_stands('what a consent is for');
create trigger identity_consent_has_ended before update on identity_consent for each row
  when (old.withdrawn_at is not null) execute function audit_stands('a consent that was taken back');
"""
STANDS = f"""
revoke update, delete, truncate on identity_consent from {APP_ROLE};
grant update (record_types, withdrawn_at) on identity_consent to {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0033_links_take_two")]
    operations = [migrations.RunSQL(TOLD), migrations.RunSQL(STANDS)]
