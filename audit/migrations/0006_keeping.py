"""Which months of the trail have left the database, and what words of it were erased by law.

Both are also entries of the trail, under seal; these tables say where to look. The owner writes
them, in the commands that archive, restore and erase; everybody else reads.
"""

from django.db import migrations

TABLES = """
create table audit_archive(
  month date primary key check (month = date_trunc('month', month::timestamp)),
  entries bigint not null check (entries > 0),
  sha256 bytea not null check (length(sha256) = 32),
  archived_by bigint not null,
  restored_by bigint
);
comment on table audit_archive is
  'Months that left as a file, with its hash; archived_by and restored_by are entries of the trail.';

create table audit_erasure(
  entry_id bigint primary key,
  erased_by bigint not null
);
comment on table audit_erasure is
  'Entries whose words were erased by law; erased_by is the entry of the trail that says so.';

revoke all on audit_archive, audit_erasure from portal_app;
grant select on audit_archive, audit_erasure to portal_app;
create trigger audit_erasure_append_only before update or delete or truncate on audit_erasure
  for each statement execute function audit_refuse_change();
create trigger audit_archive_kept before delete or truncate on audit_archive
  for each statement execute function audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_months")]
    operations = [migrations.RunSQL(TABLES)]
