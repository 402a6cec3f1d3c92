"""Whether all is well says the sealer, and not the application.

The application's role could add a result of a check, in the future too, which said that all was well
and kept the next check from being made; and take the lock the check waited for. Now it reads results
only: the sealer's role adds them, and the moment is the database's. The sealer also counts how many
heads each place outside has taken, so that one which has lost them is found.
"""

from django.db import migrations

CHECKS = """
revoke insert on audit_trailcheck from portal_app;
grant select, insert on audit_trailcheck to portal_sealer;
grant select on audit_archive to portal_sealer;

create function audit_check_is_of_now() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  new.at := clock_timestamp();
  return new;
end $$;
revoke all on function audit_check_is_of_now() from public;
create trigger audit_check_is_of_now before insert on audit_trailcheck
  for each row execute function audit_check_is_of_now();

alter table audit_published add column taken bigint not null default 0;
comment on column audit_published.taken is 'How many heads the place has taken since this is counted.';
"""
BACK = """
alter table audit_published drop column taken;
drop trigger audit_check_is_of_now on audit_trailcheck;
drop function audit_check_is_of_now();
revoke select on audit_archive from portal_sealer;
revoke select, insert on audit_trailcheck from portal_sealer;
grant insert on audit_trailcheck to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0019_attempts_in_alarms")]
    operations = [migrations.RunSQL(CHECKS, BACK)]
