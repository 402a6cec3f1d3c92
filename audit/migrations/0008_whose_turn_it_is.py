"""Nobody but the sealer can hold up the sealer, and no request waits long for the trail.

Any role may take any advisory lock, so an intruder in the web process could have held the sealer's
and stopped the seal. Whose turn it is says a row now that `portal_sealer` alone may lock.
An entry that waits for a lock gives up after two seconds: a request that cannot be recorded is
better refused at once than kept, with its process, until nobody is served at all.
"""

from django.db import migrations

TURN = """
create table audit_turn(id smallint primary key default 1 check (id = 1));
comment on table audit_turn is 'Locked by the one sealer that is at work. Says nothing else.';
insert into audit_turn default values;
revoke all on audit_turn from portal_app;
grant select, update on audit_turn to portal_sealer;
create trigger audit_turn_stays before update or delete or truncate on audit_turn
  for each statement execute function audit_refuse_change();
"""

PATIENCE = """
do $x$ begin
  execute (select format('alter function %s set lock_timeout = ''2s''', oid::regprocedure)
             from pg_proc where proname = 'audit_record' and pronamespace = 'public'::regnamespace);
end $x$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_a_purpose_or_nothing")]
    operations = [migrations.RunSQL(TURN), migrations.RunSQL(PATIENCE)]
