"""Lets whoever sweeps the folder of files ask which names still have a row, and learn no more."""

from django.db import migrations

KEPT = """
create function applications_files_kept(names text[]) returns setof text
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select stored_as::text from public.applications_attachment
   where stored_as = any(names) and removed_at is null
$$;
revoke all on function applications_files_kept(text[]) from public;
grant execute on function applications_files_kept(text[]) to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_letters_are_compared")]

    operations = [migrations.RunSQL(KEPT, "drop function applications_files_kept(text[])")]
