"""Postings are entered and changed by system administration, and the first pair is made once.

A job's entry entered postings of any kind, with nobody named who had, so that one confirmation made an
officer; and it ended those of who administers, after which the first pair could be made anew. No job
of the portal does either. What is left to jobs is the very first system and security administrator;
whoever comes after them without a second person, the owner of the database makes.
"""

from django.db import migrations

from audit.gate import APP_ROLE

BEGINS = f"""
create or replace function identity_posting_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.confirmed_at is null and new.confirmed_by_id is null then
    if new.entered_by_id is null then
      raise exception 'a posting says who entered it' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  -- Whether one ever was, and not whether one is in force: that somebody could bring about.
  if new.confirmed_by_id is null and new.entered_by_id is null and new.capacity in ('sysadmin', 'secadmin')
     and (current_user <> '{APP_ROLE}'
          or not exists (select from public.identity_posting p where p.capacity = new.capacity)) then
    return new;
  end if;
  raise exception 'a posting begins unconfirmed' using errcode = 'insufficient_privilege';
end $$;

-- One that waited since before postings said who entered them is entered anew first.
create function identity_posting_was_entered() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a posting says who entered it' using errcode = 'insufficient_privilege';
end $$;
revoke all on function identity_posting_was_entered() from public;
create trigger identity_posting_was_entered before update on identity_posting for each row
  when (old.confirmed_at is null and new.confirmed_at is not null and new.entered_by_id is null)
  execute function identity_posting_was_entered();

drop trigger identity_posting_lasts on identity_posting;
create constraint trigger identity_posting_lasts after update on identity_posting
  deferrable initially deferred for each row
  when ((old.valid_from, old.valid_to) is distinct from (new.valid_from, new.valid_to))
  execute function identity_posting_is_told('posting.entered,posting.ended', 'sysadmin');
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0028_holds_end_with_their_entry")]
    operations = [migrations.RunSQL(BEGINS)]
