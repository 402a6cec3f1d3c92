"""Views stop when entries wait for the seal, and not only when heads stop coming.

A head is signed every few seconds, also when nothing could be taken: one transaction held open keeps
every later entry from the seal while each head looks fresh. So the sealer notes at every pass since
when entries wait, and the door asks this one row. A sealer that stands still notes nothing, and the
row grows old by itself.
"""

from django.db import migrations

TABLE = """
create table audit_reached(
  id smallint primary key default 1 check (id = 1),
  at timestamptz not null default clock_timestamp()
);
comment on table audit_reached is
  'No entry that could be seen at the last pass of the sealer had waited since before this moment.';
insert into audit_reached default values;
revoke all on audit_reached from portal_app;
grant select on audit_reached to portal_app;
grant select, update on audit_reached to portal_sealer;
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
  half_a_day_ago timestamptz;
begin
  -- Whom an officer looks at, and why: without the second the first is not taken.
  if p_outcome = 'done' and p_subjects <> '{}' and p_purpose_kind = ''
     and p_capacity not in ('citizen', 'delegate', 'anonymous', 'system') then
    raise exception 'an officer sees nobody''s data without a purpose' using errcode = 'invalid_parameter_value',
      hint = 'Give record() the case, a reason from the list, or the duty it is done for.';
  end if;
  if p_outcome = 'done' and p_purpose_kind = 'own' and not p_subjects <@ array[p_actor]
     and p_capacity not in ('citizen', 'delegate', 'anonymous', 'system') then
    raise exception 'only what lies under an officer''s own account is the officer''s own'
      using errcode = 'invalid_parameter_value', hint = 'Other people''s data needs a case, a reason or a duty.';
  end if;
  if p_purpose_kind = 'case' and p_purpose !~ '^[A-Z]{1,4}(-[0-9A-Z]{1,10}){1,3}$' then
    raise exception 'a case is named by its number' using errcode = 'invalid_parameter_value',
      hint = 'Its number is written like YB-2026-7Q4K-2M9D.';
  end if;
  if p_purpose_kind = 'reason' and p_purpose !~ '^[a-z][a-z0-9_]{1,39}$' then
    raise exception 'a reason is named by its code' using errcode = 'invalid_parameter_value',
      hint = 'Codes are small letters and figures, such as urgent_help; words belong into the detail.';
  end if;
  select h.at into sealed from public.audit_head h order by h.number desc limit 1;
  -- Nothing is returned, so nothing was written and nothing is open.
  if p_subjects <> '{}' and p_outcome = 'done' and not exists (
    select from public.audit_policy p, public.audit_reached r
     where r.at > clock_timestamp() - p.seal_may_stand) then
    return null;
  end if;
  moment := greatest(clock_timestamp(), now(), sealed);
  -- One's own data, looked at again in the same sign-in: the first entry stands, and opens again.
  if p_purpose_kind = 'own' and p_outcome = 'done' and p_sign_in <> '' and p_verb like '%.viewed' then
    half_a_day_ago := moment - interval '12 hours';
    select e.id into written from public.audit_entry e
     where e.actor = p_actor and e.sign_in = p_sign_in and e.verb = p_verb and e.object_id = p_object
       and e.object_kind = p_kind and e.principal is not distinct from p_principal
       and e.purpose_kind = 'own' and e.outcome = 'done' and e.actor_label = p_label
       and e.at > half_a_day_ago
       and p_subjects <@ array(select s.subject from public.audit_subject s
                                where s.entry_id = e.id and s.at = e.at)
     order by e.id desc limit 1;
  end if;
  if written is null then
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
  end if;
  if p_outcome = 'done' then
    insert into public.audit_opening(subject) select unnest(p_subjects);
  end if;
  return written;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_lines_are_plain")]
    operations = [migrations.RunSQL(TABLE), migrations.RunSQL(RECORD)]
