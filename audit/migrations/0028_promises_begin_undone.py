"""A promise begins with nothing done, now, and is due soon.

Keys of promises count upwards. The application's role could write promises to come as done already,
or put them off for ever, and what was promised later under their keys was never kept; a number of
tries no job reaches, or a moment no calendar has, stopped whoever does the jobs. The longest pause
between two tries is 43 minutes. Who names an id of the promises to come takes one away, too.
"""

from django.db import migrations

BEGINS = """
create function audit_promise_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.done_at is not null or new.given_up or new.tries <> 0
       or new.id <> currval('public.audit_outbox_id_seq') then
      raise exception 'a promise begins with nothing done' using errcode = 'insufficient_privilege';
    end if;
    new.created_at := clock_timestamp();
  end if;
  if new.next_try not between '2000-01-01 00:00+00' and clock_timestamp() + interval '1 day' then
    raise exception 'a promise is due within a day' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_promise_begins() from public;
create trigger audit_promise_begins before insert or update of next_try on audit_outbox for each row
  execute function audit_promise_begins();
"""
BACK = """
drop trigger audit_promise_begins on audit_outbox;
drop function audit_promise_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0027_officers_act_as_officers")]
    operations = [migrations.RunSQL(BEGINS, BACK)]
