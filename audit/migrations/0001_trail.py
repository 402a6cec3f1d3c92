"""The trail, its one door, and the rights of the application role.

The tables are made in SQL because what matters about them is what the application role may not do:
it has SELECT on them and EXECUTE on `audit_record` (to write) and `audit_opened` (asked by every gate).
"""

from django.db import migrations

RIGHTS = """
grant usage on schema public to portal_app;
grant select, insert, update, delete on all tables in schema public to portal_app;
grant usage on all sequences in schema public to portal_app;
alter default privileges in schema public grant select, insert, update, delete on tables to portal_app;
alter default privileges in schema public grant usage on sequences to portal_app;
alter default privileges revoke execute on functions from public;
do $x$ begin
  execute format('revoke temporary on database %I from public', current_database());
end $x$;
revoke insert, update, delete on django_migrations from portal_app;
"""

TABLES = """
create table audit_entry(
  id bigint generated always as identity primary key,
  at timestamptz not null default greatest(clock_timestamp(), now()),
  xid xid8 not null default pg_current_xact_id(),
  actor uuid,
  actor_label text not null check (length(actor_label) <= 60),
  capacity text not null check (capacity ~ '^[a-z]{1,20}$'),
  department text not null check (length(department) <= 40),
  region text not null check (length(region) <= 12),
  principal uuid,
  mandate uuid,
  sign_in text not null check (length(sign_in) <= 64),
  verb text not null check (verb ~ '^[a-z_]+[.][a-z_.]+$' and length(verb) <= 60),
  object_kind text not null check (length(object_kind) <= 60),
  object_id text not null check (length(object_id) <= 80),
  purpose_kind text not null check (purpose_kind in ('', 'own', 'case', 'reason', 'duty')),
  purpose text not null check (length(purpose) <= 60),
  outcome text not null check (outcome in ('done', 'refused', 'undone')),
  request_id text not null check (length(request_id) <= 40),
  detail_hash bytea check (length(detail_hash) = 32)
);
create index audit_entry_by_actor on audit_entry(actor, id desc);
create index audit_entry_by_object on audit_entry(object_kind, object_id, id desc);
create index audit_entry_by_purpose on audit_entry(purpose, id desc) where purpose <> '';
create index audit_entry_by_department on audit_entry(department, id desc);
create index audit_entry_by_time on audit_entry(at);
create index audit_entry_own_view on audit_entry(actor, sign_in, verb, object_id)
  where purpose_kind = 'own' and outcome = 'done';

create table audit_subject(
  id bigint generated always as identity primary key,
  entry_id bigint not null,
  subject uuid not null,
  at timestamptz not null default greatest(clock_timestamp(), now()),
  xid xid8 not null default pg_current_xact_id()
);
create index audit_subject_by_transaction on audit_subject(xid);
create index audit_subject_by_subject on audit_subject(subject, id desc);
create index audit_subject_by_entry on audit_subject(entry_id);

create table audit_detail(
  entry_id bigint primary key,
  salt uuid not null,
  body jsonb not null,
  subjects uuid[] not null
);
"""

FUNCTIONS = """
create function audit_opened() returns uuid[] language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp as $$
declare found uuid[];
begin
  select array_agg(s.subject) into found from public.audit_subject s
   where s.xid = pg_current_xact_id_if_assigned() and s.at >= now()
     and s.id > coalesce(nullif(current_setting('audit.floor', true), '')::bigint, 0);
  if found is null then
    raise exception 'personal data asked for, but this transaction has recorded nobody'
      using errcode = 'insufficient_privilege',
            hint = 'Call audit.trail.record() first, in the same transaction.';
  end if;
  return found;
end $$;

create function audit_record(
  p_actor uuid, p_label text, p_capacity text, p_department text, p_region text,
  p_principal uuid, p_mandate uuid, p_sign_in text, p_verb text, p_kind text, p_object text,
  p_purpose_kind text, p_purpose text, p_outcome text, p_request text, p_detail jsonb, p_subjects uuid[]
) returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  written bigint;
  grain uuid;
begin
  -- One's own data, looked at again in the same sign-in: the first entry stands, and opens again.
  if p_purpose_kind = 'own' and p_outcome = 'done' and p_sign_in <> '' and p_verb like '%.viewed' then
    select e.id into written from public.audit_entry e
     where e.actor = p_actor and e.sign_in = p_sign_in and e.verb = p_verb and e.object_id = p_object
       and e.object_kind = p_kind and e.principal is not distinct from p_principal
       and e.purpose_kind = 'own' and e.outcome = 'done'
       and p_subjects <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id)
     order by e.id desc limit 1;
  end if;
  if written is null then
    if p_detail is not null then grain := gen_random_uuid(); end if;
    insert into public.audit_entry(
      actor, actor_label, capacity, department, region, principal, mandate, sign_in, verb,
      object_kind, object_id, purpose_kind, purpose, outcome, request_id, detail_hash)
    values (
      p_actor, p_label, p_capacity, p_department, p_region, p_principal, p_mandate, p_sign_in, p_verb,
      p_kind, p_object, p_purpose_kind, p_purpose, p_outcome, p_request,
      case when p_detail is null then null
           else sha256(convert_to(grain::text || p_detail::text, 'UTF8')) end)
    returning id into written;
    if p_detail is not null then
      insert into public.audit_detail values (written, grain, p_detail, p_subjects);
    end if;
  end if;
  insert into public.audit_subject(entry_id, subject) select written, unnest(p_subjects);
  return written;
end $$;

create function audit_refuse_change() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the trail is append-only (% refused)', tg_op using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function audit_refuse_change();
create trigger audit_subject_append_only before update or delete or truncate on audit_subject
  for each statement execute function audit_refuse_change();
create trigger audit_detail_append_only before update or truncate on audit_detail
  for each statement execute function audit_refuse_change();
"""

DOOR = """
revoke all on audit_entry, audit_subject, audit_detail from portal_app;
revoke all on sequence audit_entry_id_seq, audit_subject_id_seq from portal_app;
grant select on audit_entry, audit_subject, audit_detail to portal_app;
revoke all on function audit_opened() from public;
revoke all on function audit_record(uuid,text,text,text,text,uuid,uuid,text,text,text,text,text,text,text,text,jsonb,uuid[])
  from public;
grant execute on function audit_opened() to portal_app;
grant execute on function audit_record(uuid,text,text,text,text,uuid,uuid,text,text,text,text,text,text,text,text,jsonb,uuid[])
  to portal_app;

alter table audit_detail enable row level security;
create policy gate on audit_detail to portal_app
  using (subjects = '{}' or subjects && (select audit_opened())::uuid[]);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(TABLES),
        migrations.RunSQL(FUNCTIONS),
        migrations.RunSQL(DOOR),
    ]
