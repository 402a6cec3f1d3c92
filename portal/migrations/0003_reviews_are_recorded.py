"""No review without the look it is about, and no judgement without its entry in the trail."""

from django.db import migrations

RECORDED = """
create function portal_review_is_of_a_look() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.state <> 'open' or not exists (
    select from public.audit_entry e
     where e.id = new.entry_id and e.at = new.at and e.xid = pg_current_xact_id()
       and e.actor = new.officer_id) then
    raise exception 'a review is opened with the look it is about' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function portal_review_is_of_a_look() from public;
create trigger portal_review_is_of_a_look before insert on portal_lookupreview
  for each row execute function portal_review_is_of_a_look();

create constraint trigger portal_review_is_fine after update on portal_lookupreview
  deferrable initially deferred for each row when (new.state = 'fine')
  execute function audit_demands_entry('lookup_review.found_in_order', 'portal.lookupreview', 'id',
                                       'reviewed_by_id');
create constraint trigger portal_review_is_not_fine after update on portal_lookupreview
  deferrable initially deferred for each row when (new.state = 'not_fine')
  execute function audit_demands_entry('lookup_review.found_not_in_order', 'portal.lookupreview', 'id',
                                       'reviewed_by_id');
"""
BACK = """
drop trigger portal_review_is_not_fine on portal_lookupreview;
drop trigger portal_review_is_fine on portal_lookupreview;
drop trigger portal_review_is_of_a_look on portal_lookupreview;
drop function portal_review_is_of_a_look();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_lookup_reviews"),
        ("audit", "0017_acts_leave_their_entry"),
    ]
    operations = [migrations.RunSQL(RECORDED, BACK)]
