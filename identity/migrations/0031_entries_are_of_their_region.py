"""An officer's entry says the region of the department it speaks for, and who may not act is told apart.

The region was taken as it was said: an entry could be put into another city's lists. It is the
department's own now.

An officer whose post ended a moment before the entry is refused under a condition of its own
(28000, invalid authorization), so that the portal tells this from an entry that says too little.
"""

from django.db import migrations

from audit.gate import APP_ROLE

WHO = f"""
create function audit_may_act(p_actor uuid, p_label text, p_capacity text, p_department text, p_region text)
  returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  today constant date := (now() at time zone 'Asia/Shanghai')::date;
begin
  return exists (
    select from public.identity_posting p
      join public.catalog_department d on d.id = p.department_id
      join public.identity_account a on a.id = p.account_id
     where p.officer_code = p_label and p.account_id = p_actor and p.capacity = p_capacity
       and d.code = p_department and d.region_id = p_region and a.is_active and p.confirmed_at is not null
       and p.valid_from <= today and (p.valid_to is null or p.valid_to >= today));
end $$;
comment on function audit_may_act(uuid, text, text, text, text) is
  'Whether this account holds now, under this officer code, this capacity in this department of this region.';
revoke all on function audit_may_act(uuid, text, text, text, text) from public;
grant execute on function audit_may_act(uuid, text, text, text, text) to {APP_ROLE};

create function audit_check_who(p_actor uuid, p_label text, p_capacity text, p_department text, p_region text)
  returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_capacity in ('anonymous', 'citizen', 'delegate', 'system') then
    return;
  end if;
  -- Who is of no capacity we know would stand in no list of looks.
  if p_capacity not in ('clerk', 'superior', 'supervisor', 'catalogue', 'lead', 'sysadmin', 'secadmin') then
    raise exception 'nobody acts as %', p_capacity using errcode = 'invalid_parameter_value';
  end if;
  if not coalesce(public.audit_may_act(p_actor, p_label, p_capacity, p_department, p_region), false) then
    raise exception 'nobody acts as % under this account', p_capacity
      using errcode = 'invalid_authorization_specification',
      hint = 'Officers act in a confirmed posting in force: its account, code, capacity, department and region.';
  end if;
end $$;
comment on function audit_check_who(uuid, text, text, text, text) is
  'Refuses an entry of somebody who cannot have acted so.';
revoke all on function audit_check_who(uuid, text, text, text, text) from public;
"""

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
  sealed timestamptz;
  moment timestamptz;
begin
  perform public.audit_check_who(p_actor, p_label, p_capacity, p_department, p_region);
  perform public.audit_check_what(
    p_actor, p_capacity, p_kind, p_object, p_purpose_kind, p_purpose, p_outcome, p_detail, p_subjects);
  select h.at into sealed from public.audit_head h order by h.number desc limit 1;
  -- Nothing is returned, so nothing was written and nothing is open.
  if p_subjects <> '{}' and p_outcome = 'done' and not exists (
    select from public.audit_policy p, public.audit_reached r
     where r.at > clock_timestamp() - p.seal_may_stand) then
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

GONE = """
drop function audit_check_who(uuid, text, text, text);
drop function audit_may_act(uuid, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0030_links_and_ends_of_mandates"),
        ("audit", "0032_habits_are_of_entries"),
    ]
    operations = [
        migrations.RunSQL(WHO),
        migrations.RunSQL(RECORD),
        migrations.RunSQL(GONE),
    ]
