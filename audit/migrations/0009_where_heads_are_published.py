"""Where the newest head has got to: the file outside the database, and each witness.

Written by the sealer as it publishes, read by whoever has to raise the alarm. It is a notice board
and no part of the seal: one row a place, written over, by the clock of the database.
"""

from django.db import migrations

TABLE = """
create table audit_published(
  place text primary key,
  number bigint,
  at timestamptz,
  silent_since timestamptz,
  objection text not null default ''
);
comment on table audit_published is
  'The newest head a place has taken, and when; since when it does not answer; what it says against the newest.';
revoke all on audit_published from portal_app;
grant select on audit_published to portal_app;
grant select, insert, update, delete on audit_published to portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_whose_turn_it_is")]
    operations = [migrations.RunSQL(TABLE)]
