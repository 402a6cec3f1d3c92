"""A posting begins unconfirmed, and each step of it needs its entry.

Whoever held the application's role could write a confirmed posting, or another day into one. Now the
entering, the confirming by another account and every change of its days need the entry of that act,
and once confirmed a posting only becomes shorter.

One thing nobody can confirm: the first two who administer an installation. A job of the portal
enters these confirmed, as long as not both posts are held; the application's role, which is not the
owner's, can do so then only.
"""

from django.db import migrations

from audit.gate import APP_ROLE, needs_entry
from audit.kernel.actors import Capacity

POSTING = ("identity.posting", "id")

BEGINS = f"""
-- Days are those of the portal's time zone, whatever a role has set for itself.
create function identity_posting_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp set timezone = 'Asia/Shanghai' as $$
begin
  if new.confirmed_at is null and new.confirmed_by_id is null then
    return new;
  end if;
  if new.confirmed_by_id is null and new.entered_by_id is null and new.capacity in ('sysadmin', 'secadmin')
     and (current_user <> '{APP_ROLE}' or 2 > (
       select count(distinct p.capacity) from public.identity_posting p
        where p.capacity in ('sysadmin', 'secadmin') and p.confirmed_at is not null
          and p.valid_from <= current_date and coalesce(p.valid_to, current_date) >= current_date)) then
    return new;
  end if;
  raise exception 'a posting begins unconfirmed' using errcode = 'insufficient_privilege';
end $$;
revoke all on function identity_posting_begins() from public;
create trigger identity_posting_begins before insert on identity_posting
  for each row execute function identity_posting_begins();

create trigger identity_posting_is_anothers before update on identity_posting for each row
  when (old.confirmed_at is not null and old.entered_by_id is distinct from new.entered_by_id)
  execute function audit_stands('who entered a post');
create trigger identity_posting_only_shortens before update on identity_posting for each row
  when (old.confirmed_at is not null
        and (new.valid_from < old.valid_from
             or coalesce(new.valid_to, 'infinity') > coalesce(old.valid_to, 'infinity')))
  execute function audit_stands('how long a confirmed post lasts');
"""
BEGINS_BACK = """
drop trigger identity_posting_only_shortens on identity_posting;
drop trigger identity_posting_is_anothers on identity_posting;
drop trigger identity_posting_begins on identity_posting;
drop function identity_posting_begins();
"""

TOLD = """
-- Arguments: the verbs and the capacities (any of them, with commas). Rows name nobody here: a job of
-- the portal has no account, and who changes the days may be another than who entered the posting.
create function identity_posting_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = any(string_to_array(tg_argv[0], ',')) and e.object_kind = 'identity.posting'
       and e.object_id = new.id::text and e.capacity = any(string_to_array(tg_argv[1], ','))
       and e.actor is distinct from new.account_id) then
    raise exception '% of posting %: no entry of % in this transaction', tg_op, new.officer_code, tg_argv[0]
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_posting_is_told() from public;
create constraint trigger identity_posting_is_the_portals after insert on identity_posting
  deferrable initially deferred for each row when (new.entered_by_id is null)
  execute function identity_posting_is_told('posting.entered', 'system');
create constraint trigger identity_posting_lasts after update on identity_posting
  deferrable initially deferred for each row
  when ((old.valid_from, old.valid_to) is distinct from (new.valid_from, new.valid_to))
  execute function identity_posting_is_told('posting.entered,posting.ended', 'sysadmin,system');
"""
TOLD_BACK = """
drop trigger identity_posting_lasts on identity_posting;
drop trigger identity_posting_is_the_portals on identity_posting;
drop function identity_posting_is_told();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0022_who_is_an_officer"),
        ("audit", "0030_acts_are_of_their_post"),
    ]
    operations = [
        migrations.RunSQL(BEGINS, BEGINS_BACK),
        needs_entry(
            "identity_posting_is_entered",
            "insert on identity_posting",
            verb="posting.entered",
            of=POSTING,
            by="entered_by_id",
            acting_as=(Capacity.SYSADMIN,),
            when="new.entered_by_id is not null",
        ),
        needs_entry(
            "identity_posting_is_entered_anew",
            "update on identity_posting",
            verb="posting.entered",
            of=POSTING,
            by="entered_by_id",
            acting_as=(Capacity.SYSADMIN,),
            when="old.entered_by_id is distinct from new.entered_by_id",
        ),
        needs_entry(
            "identity_posting_is_confirmed",
            "update on identity_posting",
            verb="posting.confirmed",
            of=POSTING,
            by="confirmed_by_id",
            acting_as=(Capacity.SECADMIN,),
            when="(old.confirmed_at, old.confirmed_by_id)"
            " is distinct from (new.confirmed_at, new.confirmed_by_id)",
        ),
        migrations.RunSQL(TOLD, TOLD_BACK),
    ]
