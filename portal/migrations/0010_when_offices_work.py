"""When offices work, for the days of officers: see 0036 of `audit`. As `portal.desk.surroundings` says."""

from django.db import migrations

HOURS = """
create or replace function audit_office_hours(p_day date) returns tstzrange
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when coalesce((select c.is_worked from public.catalog_calendarday c where c.day = p_day),
                            extract(isodow from p_day) < 6)
              then tstzrange((p_day + time '07:00') at time zone 'Asia/Shanghai',
                             (p_day + time '20:00') at time zone 'Asia/Shanghai')
              else 'empty' end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0009_holds_say_who_and_whom"),
        ("audit", "0036_days_count_looks"),
        ("catalog", "0005_the_code_of_an_office_stands"),
    ]
    operations = [migrations.RunSQL(HOURS)]
