"""An account of an officer, its power of administration and whom it is as a citizen need their entry,
and nobody is a superuser.

Whoever held the application's role could make officers, raise an account to administrate, and say of
an officer that a stranger is who the officer is as a citizen: then relatives and own cases were no
longer kept away. Each needs the entry of its act now; a power stays with its account.
"""

from django.db import migrations, models

from audit.gate import APP_ROLE

# What somebody may do follows from the posting in use, never from rights of one account.
RIGHTS = f"revoke insert, update, delete on identity_account_user_permissions from {APP_ROLE}"
RIGHTS_BACK = f"grant insert, update, delete on identity_account_user_permissions to {APP_ROLE}"

TOLD = """
create function identity_account_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb in ('table.added', 'account.entered') and e.object_kind = 'identity.account'
       and e.object_id = new.id::text and e.capacity in ('sysadmin', 'system')
       and e.actor is distinct from new.id) then
    raise exception 'account of an officer: no entry of its making in this transaction'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_account_is_told() from public;
create constraint trigger identity_account_is_told after insert on identity_account
  deferrable initially deferred for each row when (new.kind = 'staff')
  execute function identity_account_is_told();

-- The power comes with the first posting that has it.
create function identity_power_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.identity_posting p
      join public.audit_entry e on e.object_id = p.id::text
     where p.account_id = new.id and p.administration = new.administration
       and e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = 'posting.entered' and e.object_kind = 'identity.posting'
       and e.actor is distinct from new.id) then
    raise exception 'a power of administration comes with the entry of its posting'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_power_is_told() from public;
create constraint trigger identity_power_is_told after insert on identity_account
  deferrable initially deferred for each row when (new.administration is not null)
  execute function identity_power_is_told();
create constraint trigger identity_power_becomes_told after update on identity_account
  deferrable initially deferred for each row
  when (old.administration is null and new.administration is not null)
  execute function identity_power_is_told();
create trigger identity_power_stands before update on identity_account for each row
  when (old.administration is not null and old.administration is distinct from new.administration)
  execute function audit_stands('the power of an account');

create constraint trigger identity_officer_is_linked after insert on identity_account
  deferrable initially deferred for each row when (new.private_person_id is not null)
  execute function audit_demands_names('officer.linked', 'identity.account', 'id', 'private_person_id');
create constraint trigger identity_officer_becomes_linked after update on identity_account
  deferrable initially deferred for each row
  when (old.private_person_id is null and new.private_person_id is not null)
  execute function audit_demands_names('officer.linked', 'identity.account', 'id', 'private_person_id');
"""
TOLD_BACK = """
drop trigger identity_officer_becomes_linked on identity_account;
drop trigger identity_officer_is_linked on identity_account;
drop trigger identity_power_stands on identity_account;
drop trigger identity_power_becomes_told on identity_account;
drop trigger identity_power_is_told on identity_account;
drop function identity_power_is_told();
drop trigger identity_account_is_told on identity_account;
drop function identity_account_is_told();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0023_posts_take_their_entries")]
    operations = [
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="identity_nobody_is_superuser"
            ),
        ),
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(TOLD, TOLD_BACK),
    ]
