"""A day of the working calendar changes with its entry, and none is deleted.

The days say when offices work, by which promises are counted and hours off are known: whoever held the
application's role could make any day a working day, and nothing told of it. A manager of the catalogue
changes one in its table, and a loading brings in those that were announced.
"""

from django.db import migrations

from audit.gate import APP_ROLE
from audit.kernel.actors import STAFF_CAPACITIES

TOLD = f"""
create function catalog_day_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and (e.verb = 'calendar.loaded' and e.capacity = 'system'
            or e.verb = any(array['table.added', 'table.changed']) and e.object_kind = 'catalog.calendarday'
               and e.object_id = to_jsonb(new) ->> 'day'
               and e.capacity = any(string_to_array('{",".join(sorted(STAFF_CAPACITIES))}', ',')))) then
    raise exception '% of %: no entry of a loading or of this day', tg_op, to_jsonb(new) ->> 'day'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function catalog_day_is_told() from public;
create constraint trigger catalog_day_is_told after insert or update on catalog_calendarday
  deferrable initially deferred for each row execute function catalog_day_is_told();
create trigger catalog_day_stands before update on catalog_calendarday for each row
  when (old.day <> new.day) execute function audit_stands('which day it is');
revoke delete, truncate on catalog_calendarday from {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_an_office_stays_in_its_region"),
        ("audit", "0036_days_count_looks"),
    ]
    operations = [migrations.RunSQL(TOLD)]
