"""What was promised in the outbox stays as it was promised, until it is done.

Messages that tell somebody of a look or an answer are such promises. The application's role could
delete them, or empty what they say, and nobody would have been told. It adds promises, puts them off
and says that they are done or given up; and what is done is not undone.
"""

from django.db import migrations

from audit.gate import APP_ROLE

STAYS = f"""
revoke update, delete, truncate on audit_outbox from {APP_ROLE};
grant update (next_try, tries, done_at, given_up, fault) on audit_outbox to {APP_ROLE};
create trigger audit_promise_stands before update on audit_outbox for each row
  when (old.done_at is not null and old.done_at is distinct from new.done_at or new.tries < old.tries)
  execute function audit_stands('what became of a promise');
"""
BACK = f"""
drop trigger audit_promise_stands on audit_outbox;
grant update, delete on audit_outbox to {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0025_what_stands_and_what_is_named")]
    operations = [migrations.RunSQL(STAYS, BACK)]
