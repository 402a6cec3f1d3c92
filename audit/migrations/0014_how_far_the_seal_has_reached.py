"""Views stop when entries wait for the seal, and not only when heads stop coming.

A head is signed every few seconds, also when nothing could be taken: one transaction held open keeps
every later entry from the seal while each head looks fresh. So the sealer notes at every pass since
when entries wait, and the door asks this one row (from 0016 on). A sealer that stands still notes nothing, and the
row grows old by itself.
"""

from django.db import migrations

TABLE = """
create table audit_reached(
  id smallint primary key default 1 check (id = 1),
  at timestamptz not null default clock_timestamp()
);
comment on table audit_reached is
  'No entry that could be seen at the last pass of the sealer had waited since before this moment.';
insert into audit_reached default values;
revoke all on audit_reached from portal_app;
grant select on audit_reached to portal_app;
grant select, update on audit_reached to portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_lines_are_plain")]
    operations = [migrations.RunSQL(TABLE)]
