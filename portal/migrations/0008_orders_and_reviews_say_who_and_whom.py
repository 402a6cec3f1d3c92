"""Orders to erase and reviews say who acted as their entries do, which name whom they are about.

That two people took part was compared by officer code, of which one person can have two; now it is
people, whatever account or code they use. The reason of an order comes with its request.
"""

from django.db import migrations

from audit.gate import APP_ROLE, says_the_same

ORDER = ("portal.erasureorder", "number")
CHANGED, ENDED = "update on portal_erasureorder", "new.ended_at is distinct from old.ended_at"

SAME_PERSON = f"""
create function portal_is_same_person(p_one uuid, p_other uuid)
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_one = p_other or coalesce((
    select coalesce(a.private_person_id, a.person_id) = any(array[b.private_person_id, b.person_id])
      from public.identity_account a, public.identity_account b where a.id = p_one and b.id = p_other), false) $$;
comment on function portal_is_same_person(uuid, uuid) is 'Whether two accounts are of one human being.';
revoke all on function portal_is_same_person(uuid, uuid) from public;
grant execute on function portal_is_same_person(uuid, uuid) to {APP_ROLE};

-- Argument: the verb. Only who asked takes a waiting order back; everything else is for another one.
create function portal_erasure_takes_two() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done' and e.verb = tg_argv[0]
       and e.object_kind = 'portal.erasureorder' and e.object_id = new.number
       and e.actor_label = case when new.ended_at is null then new.confirmed_label else new.ended_label end
       and public.portal_is_same_person(new.asked_by_id, e.actor) = (tg_argv[0] = 'erasure.ended')) then
    raise exception 'one supervisor asks, another one confirms or turns down, and who asked takes back'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function portal_erasure_takes_two() from public;
create constraint trigger portal_erasure_yes_is_of_another after update on portal_erasureorder
  deferrable initially deferred for each row
  when (new.confirmed_at is distinct from old.confirmed_at and new.ended_at is null)
  execute function portal_erasure_takes_two('erasure.confirmed');
create constraint trigger portal_erasure_no_is_of_another after update on portal_erasureorder
  deferrable initially deferred for each row when (new.turned_down)
  execute function portal_erasure_takes_two('erasure.turned_down');
-- Once it is confirmed, any supervisor can still stop it.
create constraint trigger portal_erasure_end_is_of_who_asked after update on portal_erasureorder
  deferrable initially deferred for each row
  when (new.ended_at is distinct from old.ended_at and not new.turned_down and new.confirmed_at is null)
  execute function portal_erasure_takes_two('erasure.ended');

create function portal_reason_is_of_the_request() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.portal_erasureorder o join public.audit_entry e on e.object_id = o.number
     where o.id = new.order_id and o.subject_id = new.subject_id
       and e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = 'erasure.asked' and e.object_kind = 'portal.erasureorder') then
    raise exception 'the reason of an order to erase comes with its request'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function portal_reason_is_of_the_request() from public;
create constraint trigger portal_reason_is_of_the_request after insert on portal_erasurereason
  deferrable initially deferred for each row execute function portal_reason_is_of_the_request();
"""
SAME_PERSON_BACK = """
drop trigger portal_reason_is_of_the_request on portal_erasurereason;
drop function portal_reason_is_of_the_request();
drop trigger portal_erasure_end_is_of_who_asked on portal_erasureorder;
drop trigger portal_erasure_no_is_of_another on portal_erasureorder;
drop trigger portal_erasure_yes_is_of_another on portal_erasureorder;
drop function portal_erasure_takes_two();
drop function portal_is_same_person(uuid, uuid);
"""

REVIEWS = """
create or replace function portal_review_is_of_a_look() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.state <> 'open' or not exists (
    select from public.audit_entry e
     where e.id = new.entry_id and e.at = new.at and e.xid = pg_current_xact_id()
       and (e.actor, e.actor_label, e.department) = (new.officer_id, new.officer_label, new.department)
       and e.purpose_kind = 'reason' and e.purpose = new.reason and (e.outcome <> 'done') = new.was_refused
       and e.verb = case new.kind when 'case' then 'case.opened_by_reason' else 'person.looked_up' end) then
    raise exception 'a review is opened with the look it is about' using errcode = 'insufficient_privilege';
  end if;
  -- Five working days are five days at least, and three weeks at most, whatever holidays there are.
  if new.due_on not between (new.at at time zone 'Asia/Shanghai')::date + 5
                        and (new.at at time zone 'Asia/Shanghai')::date + 21 then
    raise exception 'a review is due within five working days' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create function portal_review_is_told() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = case new.state when 'fine' then 'lookup_review.found_in_order'
                                   else 'lookup_review.found_not_in_order' end
       and e.object_kind = 'portal.lookupreview' and e.object_id = new.id::text
       and (e.actor, e.actor_label) = (new.reviewed_by_id, new.reviewed_label)
       and array(select s.subject from public.audit_subject s where s.entry_id = new.entry_id and s.at = new.at)
           <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception 'a judgement says what its entry says, which names whom the look was about'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function portal_review_is_told() from public;
create constraint trigger portal_review_is_told after update on portal_lookupreview
  deferrable initially deferred for each row execute function portal_review_is_told();
"""
REVIEWS_BACK = """
drop trigger portal_review_is_told on portal_lookupreview;
drop function portal_review_is_told();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_acts_are_of_their_post"),
        ("audit", "0033_rows_say_what_their_entry_says"),
    ]
    operations = [
        says_the_same(
            "portal_erasure_asks_the_same",
            "insert on portal_erasureorder",
            verb="erasure.asked",
            of=ORDER,
            said={"actor": "asked_by_id", "actor_label": "asked_label"},
            names="subject_id",
        ),
        says_the_same(
            "portal_erasure_confirms_the_same",
            CHANGED,
            verb="erasure.confirmed",
            of=ORDER,
            said={"actor": "confirmed_by_id", "actor_label": "confirmed_label"},
            names="subject_id",
            when="new.confirmed_at is distinct from old.confirmed_at",
        ),
        says_the_same(
            "portal_erasure_ends_the_same",
            CHANGED,
            verb="erasure.ended",
            of=ORDER,
            said={"actor_label": "ended_label"},
            names="subject_id",
            when=f"{ENDED} and not new.turned_down",
        ),
        says_the_same(
            "portal_erasure_turns_down_the_same",
            CHANGED,
            verb="erasure.turned_down",
            of=ORDER,
            said={"actor_label": "ended_label"},
            names="subject_id",
            when=f"{ENDED} and new.turned_down",
        ),
        migrations.RunSQL(SAME_PERSON, SAME_PERSON_BACK),
        migrations.RunSQL(REVIEWS, REVIEWS_BACK),
    ]
