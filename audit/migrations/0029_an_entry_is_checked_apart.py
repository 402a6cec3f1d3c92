"""What is asked of an entry stands in two functions of its own, and officers act in posts they hold.

`audit_record` checks, then writes. Who acts says `audit_check_who`, whose data is opened and why
`audit_check_what`: a new rule replaces one of these and leaves the writing alone.

Officers acted under any account of an officer, in whatever capacity was said: a clerk's account was
taken for a supervisor's, and for somebody else's code. Which posts an account holds the package above
knows: it replaces `audit_may_act`.
"""

from django.db import migrations

from audit.gate import APP_ROLE

WHO = f"""
create function audit_may_act(p_actor uuid, p_label text, p_capacity text, p_department text)
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$ select true $$;
comment on function audit_may_act(uuid, text, text, text) is
  'Whether this account holds now, under this officer code, this capacity in this department.
   Replaced by the package above that knows posts.';
revoke all on function audit_may_act(uuid, text, text, text) from public;
grant execute on function audit_may_act(uuid, text, text, text) to {APP_ROLE};

create function audit_check_who(p_actor uuid, p_label text, p_capacity text, p_department text)
  returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_capacity in ('anonymous', 'citizen', 'delegate', 'system') then
    return;
  end if;
  -- Who is of no capacity we know would stand in no list of looks.
  if p_capacity not in ('clerk', 'superior', 'supervisor', 'catalogue', 'lead', 'sysadmin', 'secadmin') then
    raise exception 'nobody acts as %', p_capacity using errcode = 'invalid_parameter_value';
  end if;
  if not coalesce(public.audit_may_act(p_actor, p_label, p_capacity, p_department), false) then
    raise exception 'nobody acts as % under this account', p_capacity using errcode = 'invalid_parameter_value',
      hint = 'Officers act in a confirmed posting in force: its account, code, capacity and department.';
  end if;
end $$;
comment on function audit_check_who(uuid, text, text, text) is
  'Refuses an entry of somebody who cannot have acted so.';
revoke all on function audit_check_who(uuid, text, text, text) from public;
"""

WHAT = """
create function audit_check_what(
  p_actor uuid, p_capacity text, p_kind text, p_object text, p_purpose_kind text, p_purpose text,
  p_outcome text, p_detail jsonb, p_subjects uuid[]
) returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  opens constant boolean := p_outcome = 'done' and p_subjects <> '{}';
  is_private constant boolean := p_capacity in ('citizen', 'delegate', 'anonymous');
  is_officer constant boolean := not is_private and p_capacity <> 'system';
begin
  if cardinality(p_subjects) > 50000 or octet_length(p_detail::text) > 1000000 then
    raise exception 'an entry names 50,000 persons and holds a megabyte at most'
      using errcode = 'invalid_parameter_value', hint = 'Record in portions.';
  end if;
  -- Whom an officer looks at, and why: without the second the first is not taken.
  if opens and is_officer and p_purpose_kind = '' then
    raise exception 'an officer sees nobody''s data without a purpose' using errcode = 'invalid_parameter_value',
      hint = 'Give record() the case, a reason from the list, or the duty it is done for.';
  end if;
  if opens and is_officer and p_purpose_kind = 'own' and not p_subjects <@ array[p_actor] then
    raise exception 'only what lies under an officer''s own account is the officer''s own'
      using errcode = 'invalid_parameter_value', hint = 'Other people''s data needs a case, a reason or a duty.';
  end if;
  if opens and is_private
     and not coalesce(public.audit_is_own(p_actor, p_kind, p_object, p_subjects), false) then
    raise exception 'a citizen opens only what is the citizen''s own' using errcode = 'invalid_parameter_value',
      hint = 'Name the person, whom they lead or act for, or a case that is about them.';
  end if;
  if p_purpose_kind = 'case' and p_purpose !~ '^[A-Z]{1,4}(-[0-9A-Z]{1,10}){1,3}$' then
    raise exception 'a case is named by its number' using errcode = 'invalid_parameter_value',
      hint = 'Its number is written like YB-2026-7Q4K-2M9D.';
  end if;
  if p_purpose_kind = 'reason' and p_purpose !~ '^[a-z][a-z0-9_]{1,39}$' then
    raise exception 'a reason is named by its code' using errcode = 'invalid_parameter_value',
      hint = 'Codes are small letters and figures, such as urgent_help; words belong into the detail.';
  end if;
end $$;
comment on function audit_check_what(uuid, text, text, text, text, text, text, jsonb, uuid[]) is
  'Refuses an entry that opens what is not to be opened, or does not say why.';
revoke all on function audit_check_what(uuid, text, text, text, text, text, text, jsonb, uuid[]) from public;
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
  perform public.audit_check_who(p_actor, p_label, p_capacity, p_department);
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


class Migration(migrations.Migration):
    dependencies = [("audit", "0028_promises_begin_undone")]
    operations = [
        migrations.RunSQL(WHO),
        migrations.RunSQL(WHAT),
        migrations.RunSQL(RECORD),
    ]
