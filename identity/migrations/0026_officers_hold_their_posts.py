"""Which posts an account holds now, for the trail: confirmed, begun, not ended, the account open.

The same as `Posting.objects.in_force()`, of one account and one code. What day it is says the
portal's time zone. A code is of one posting for ever (0021), so whoever acts under it is that officer.
"""

from django.db import migrations

HELD = """
create or replace function audit_may_act(p_actor uuid, p_label text, p_capacity text, p_department text)
  returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
  return exists (
    select from public.identity_posting p
      join public.catalog_department d on d.id = p.department_id
      join public.identity_account a on a.id = p.account_id
     where p.officer_code = p_label and p.account_id = p_actor and p.capacity = p_capacity
       and d.code = p_department and a.is_active and p.confirmed_at is not null
       and p.valid_from <= today and (p.valid_to is null or p.valid_to >= today));
end $$;
drop function audit_may_act(uuid, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0025_how_many_are_compared"),
        ("audit", "0029_an_entry_is_checked_apart"),
    ]
    operations = [migrations.RunSQL(HELD)]
