"""The one door, made tighter.

* What opens the gate lies in a table of its own: `audit_subject` then says exactly whose data an
  entry is about, once, and repeated looks at one's own data no longer fill it.
* Only an act that was done opens anything; refusals and undone ones record and open nothing.
* Time never runs behind the last head, also when the clock is set back.
* No entry about people is taken while the seal has stood still for longer than the policy allows,
  so nothing about them can be read.
"""

from django.db import migrations

OPENINGS = """
create unlogged table audit_opening(
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default greatest(clock_timestamp(), now()),
  subject uuid not null
);
create index audit_opening_by_transaction on audit_opening(xid);
create index audit_opening_by_time on audit_opening(at);
revoke all on audit_opening from portal_app;
revoke all on sequence audit_opening_id_seq from portal_app;
grant select on audit_opening to portal_app;
grant select, delete on audit_opening to portal_sealer;
drop index audit_subject_by_transaction;

create or replace function audit_opened() returns uuid[] language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp as $$
declare found uuid[];
begin
  select array_agg(o.subject) into found from public.audit_opening o
   where o.xid = pg_current_xact_id_if_assigned() and o.at >= now()
     and o.id > coalesce(nullif(current_setting('audit.floor', true), '')::bigint, 0);
  if found is null then
    raise exception 'personal data asked for, but this transaction has recorded nobody'
      using errcode = 'insufficient_privilege',
            hint = 'Call audit.trail.record() first, in the same transaction.';
  end if;
  return found;
end $$;
"""

RECORD = """
create or replace function audit_record(
  p_actor uuid, p_label text, p_capacity text, p_department text, p_region text,
  p_principal uuid, p_mandate uuid, p_sign_in text, p_verb text, p_kind text, p_object text,
  p_purpose_kind text, p_purpose text, p_outcome text, p_request text, p_detail jsonb, p_subjects uuid[]
) returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  written bigint;
  grain uuid;
  sealed timestamptz;
begin
  select h.at into sealed from public.audit_head h order by h.number desc limit 1;
  -- Nothing is returned, so nothing was written and nothing is open.
  if p_subjects <> '{}' and p_outcome = 'done' and not exists (
    select from public.audit_policy p
     where coalesce(sealed, (select min(e.began_at) from public.audit_epoch e))
           > clock_timestamp() - p.seal_may_stand) then
    return null;
  end if;
  -- One's own data, looked at again in the same sign-in: the first entry stands, and opens again.
  if p_purpose_kind = 'own' and p_outcome = 'done' and p_sign_in <> '' and p_verb like '%.viewed' then
    select e.id into written from public.audit_entry e
     where e.actor = p_actor and e.sign_in = p_sign_in and e.verb = p_verb and e.object_id = p_object
       and e.object_kind = p_kind and e.principal is not distinct from p_principal
       and e.purpose_kind = 'own' and e.outcome = 'done' and e.actor_label = p_label
       and e.at > clock_timestamp() - interval '12 hours'
       and p_subjects <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id)
     order by e.id desc limit 1;
  end if;
  if written is null then
    if p_detail is not null then grain := gen_random_uuid(); end if;
    insert into public.audit_entry(
      at, actor, actor_label, capacity, department, region, principal, mandate, sign_in, verb,
      object_kind, object_id, purpose_kind, purpose, outcome, request_id, detail_hash)
    values (
      greatest(clock_timestamp(), now(), sealed),
      p_actor, p_label, p_capacity, p_department, p_region, p_principal, p_mandate, p_sign_in, p_verb,
      p_kind, p_object, p_purpose_kind, p_purpose, p_outcome, p_request,
      case when p_detail is null then null
           else sha256(convert_to(grain::text || p_detail::text, 'UTF8')) end)
    returning id into written;
    if p_detail is not null then
      insert into public.audit_detail values (written, grain, p_detail, p_subjects);
    end if;
    insert into public.audit_subject(entry_id, subject) select distinct written, unnest(p_subjects);
  end if;
  if p_outcome = 'done' then
    insert into public.audit_opening(subject) select unnest(p_subjects);
  end if;
  return written;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sealing")]
    operations = [migrations.RunSQL(OPENINGS), migrations.RunSQL(RECORD)]
