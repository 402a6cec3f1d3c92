"""Entries follow a seal that is ahead of the clock by a day at most, and the brake is never longer.

An entry is not earlier than the newest head, so that the order of the trail holds where the clock of
the server was set back. A head that is months ahead, signed while the clock was wrong, made every
later entry say a false time, for months. What is ahead by more than a day is not followed now: no
entry is taken until the owner has put it right (`manage.py put_clock_right`).

What is noted of how far the seal has come may be of a time to come as well, until the next pass. It
holds no longer than one that has been; and nothing the policy says holds longer than a day.

This replaces the function as `identity` wrote it last, so it comes after that migration.
"""

from django.db import migrations

RECORD = """
create or replace function audit_record(
  p_actor uuid, p_label text, p_capacity text, p_department text, p_region text,
  p_principal uuid, p_mandate uuid, p_sign_in text, p_verb text, p_kind text, p_object text,
  p_purpose_kind text, p_purpose text, p_outcome text, p_request text, p_detail jsonb, p_subjects uuid[]
) returns bigint language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
declare
  written bigint;
  grain uuid;
  newest bigint;
  sealed timestamptz;
  moment timestamptz;
begin
  perform public.audit_check_who(p_actor, p_label, p_capacity, p_department, p_region);
  perform public.audit_check_what(
    p_actor, p_capacity, p_kind, p_object, p_purpose_kind, p_purpose, p_outcome, p_detail, p_subjects);
  select h.number, h.at into newest, sealed from public.audit_head h order by h.number desc limit 1;
  if sealed > clock_timestamp() + interval '1 day' then
    if not exists (select from public.audit_epoch e where e.put_right = newest) then
      raise exception 'the newest seal is more than a day ahead of the clock' using errcode = 'CLOCK',
        hint = 'Set the clock of the server right, or run put_clock_right.';
    end if;
    sealed := null;
  end if;
  -- Nothing is returned, so nothing was written and nothing is open.
  if p_subjects <> '{}' and p_outcome = 'done' and not exists (
    select from public.audit_policy p, public.audit_reached r,
      lateral (select least(p.seal_may_stand, interval '1 day') as span) longest
     where r.at > clock_timestamp() - longest.span and r.at <= clock_timestamp() + longest.span) then
    return null;
  end if;
  moment := greatest(clock_timestamp(), now(), sealed);
  if p_detail is not null then grain := gen_random_uuid(); end if;
  insert into public.audit_entry(
    at, actor, actor_label, capacity, department, region, principal, mandate, sign_in, verb,
    object_kind, object_id, purpose_kind, purpose, outcome, request_id, detail_hash)
  values (
    moment,
    p_actor, p_label, p_capacity, p_department, p_region, p_principal, p_mandate, p_sign_in, p_verb,
    p_kind, p_object, p_purpose_kind, p_purpose, p_outcome, p_request,
    case when p_detail is null then null
         else sha256(convert_to(grain::text || p_detail::text, 'UTF8')) end)
  returning id into written;
  if p_detail is not null then
    insert into public.audit_detail(entry_id, at, salt, body, subjects)
    values (written, moment, grain, p_detail, p_subjects);
  end if;
  insert into public.audit_subject(entry_id, subject, at)
  select distinct written, one, moment from unnest(p_subjects) one;
  if p_outcome = 'done' then
    insert into public.audit_opening(subject) select unnest(p_subjects);
  end if;
  return written;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0039_moments_are_of_the_clock"),
        ("identity", "0031_entries_are_of_their_region"),
    ]
    operations = [
        migrations.RunSQL(RECORD),
    ]
