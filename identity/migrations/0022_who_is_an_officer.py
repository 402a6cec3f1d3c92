"""Which accounts may stand for an officer in the trail: those of officers.

An entry that opens nobody may name an account that is not kept here, or none; never one of a citizen
or a program.
"""

from django.db import migrations

OFFICERS = """
create or replace function audit_may_act(p_actor uuid, p_opens boolean)
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select a.kind = 'staff' from public.identity_account a where a.id = p_actor), not p_opens) $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0021_posts_and_households_stand"),
        ("audit", "0027_officers_act_as_officers"),
    ]
    operations = [migrations.RunSQL(OFFICERS)]
