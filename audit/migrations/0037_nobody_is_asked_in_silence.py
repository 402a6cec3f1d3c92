"""Nothing recorded is an error also where no row meets what was asked.

PostgreSQL may compare texts, numbers and days before it asks a policy. Where the subject's index did
not serve, rows that did not meet such a comparison never reached the gate: "none" was the answer
where no row met it and an error where one did, which tells values, one comparison at a time.

The policies there are when this runs get the new condition; those of tables made later have it.
"""

from django.db import migrations

from audit.gate import condition

ALL = f"""
do $x$ declare one record; begin
  for one in
    select p.polrelid::regclass as gated,
           substring(pg_get_expr(p.polqual, p.polrelid) from '^\\((\\w+) = ANY') as subject
      from pg_policy p join pg_class c on c.oid = p.polrelid
     where p.polname = 'gate' and c.relnamespace = 'public'::regnamespace
       and pg_get_expr(p.polqual, p.polrelid) ~ '^\\(\\w+ = ANY \\(\\( SELECT audit_opened'
  loop
    execute format('alter policy gate on %1$s using ({condition("%2$I")}) with check ({condition("%2$I")})',
                   one.gated, one.subject);
  end loop;
end $x$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0036_days_count_looks")]
    operations = [migrations.RunSQL(ALL)]
