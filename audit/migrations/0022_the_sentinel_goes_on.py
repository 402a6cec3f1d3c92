"""The place of the sentinel only goes on, and only to where something was sealed.

Whoever holds the application's role could put it anywhere: far ahead, and the sentinel never read
again. Moved on by a pass, it still skips what lies between; that is found by the second look.
"""

from django.db import migrations

GOES_ON = """
create function audit_cursor_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if (new.epoch, new.next_leaf) is distinct from (0, 0) then
      raise exception 'the sentinel begins at the beginning' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  if (new.epoch, new.next_leaf) < (old.epoch, old.next_leaf) or not exists (
    select from public.audit_pass p
     where p.epoch = new.epoch and p.first_leaf + p.size = new.next_leaf) then
    raise exception 'the sentinel goes on, from pass to pass' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_cursor_goes_on() from public;
create trigger audit_cursor_goes_on before insert or update on audit_watchcursor
  for each row execute function audit_cursor_goes_on();
"""
BACK = """
drop trigger audit_cursor_goes_on on audit_watchcursor;
drop function audit_cursor_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0021_what_words_are_shown_for")]
    operations = [migrations.RunSQL(GOES_ON, BACK)]
