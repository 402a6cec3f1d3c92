"""No order to erase without its entry in the trail: it begins as a request, and each answer of
somebody is told by an entry of theirs."""

from django.db import migrations

RECORDED = """
create function portal_erasure_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.confirmed_at is not null or new.ended_at is not null then
    raise exception 'an order to erase begins as a request' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function portal_erasure_begins() from public;
create trigger portal_erasure_begins before insert on portal_erasureorder
  for each row execute function portal_erasure_begins();

create constraint trigger portal_erasure_is_asked after insert on portal_erasureorder
  deferrable initially deferred for each row
  execute function audit_demands_entry('erasure.asked', 'portal.erasureorder', 'number', 'asked_by_id');
create constraint trigger portal_erasure_is_confirmed after update on portal_erasureorder
  deferrable initially deferred for each row when (new.confirmed_at is distinct from old.confirmed_at)
  execute function audit_demands_entry('erasure.confirmed', 'portal.erasureorder', 'number',
                                       'confirmed_by_id');
create constraint trigger portal_erasure_is_ended after update on portal_erasureorder
  deferrable initially deferred for each row when (new.ended_at is distinct from old.ended_at)
  execute function audit_demands_entry('erasure.ended', 'portal.erasureorder', 'number', 'ended_label', 'code');
"""
BACK = """
drop trigger portal_erasure_is_ended on portal_erasureorder;
drop trigger portal_erasure_is_confirmed on portal_erasureorder;
drop trigger portal_erasure_is_asked on portal_erasureorder;
drop trigger portal_erasure_begins on portal_erasureorder;
drop function portal_erasure_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_erasure_orders"), ("audit", "0017_acts_leave_their_entry")]
    operations = [migrations.RunSQL(RECORDED, BACK)]
