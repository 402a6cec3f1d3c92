"""The trail in monthly partitions, so that what is old can be archived and let go, and found fast.

* `audit_entry`, `audit_subject` and `audit_detail` are divided by the month (UTC) of the entry; the
  three carry the same moment, so that a join on both finds its partition.
* Rooms for the coming months are made by `audit_make_room()`, which the sealer calls: the
  application role has no right on any partition, and reads through the parents only.
* A pass of the sealer remembers between which moments its entries were written, so that reading
  them asks their months and no others.

`audit_record()` writes to the new tables from `0007_a_purpose_or_nothing` on; nothing is recorded
between the two.
"""

from django.db import migrations

PARENTS = """
alter table audit_entry rename to audit_entry_before;
alter table audit_subject rename to audit_subject_before;
alter table audit_detail rename to audit_detail_before;
alter table audit_entry_before drop constraint audit_entry_pkey;
alter table audit_subject_before drop constraint audit_subject_pkey;
alter table audit_detail_before drop constraint audit_detail_pkey;
drop index audit_entry_by_actor, audit_entry_by_object, audit_entry_by_purpose,
  audit_entry_by_department, audit_entry_by_time, audit_entry_own_view, audit_entry_by_xid,
  audit_subject_by_subject, audit_subject_by_entry;
alter sequence audit_entry_id_seq rename to audit_entry_before_id_seq;

create sequence audit_entry_id_seq;
create table audit_entry(
  id bigint not null default nextval('audit_entry_id_seq'),
  at timestamptz not null,
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
  detail_hash bytea check (length(detail_hash) = 32),
  primary key (id, at)
) partition by range (at);
alter sequence audit_entry_id_seq owned by audit_entry.id;

create table audit_subject(
  entry_id bigint not null,
  subject uuid not null,
  at timestamptz not null,
  primary key (entry_id, subject, at)
) partition by range (at);

create table audit_detail(
  entry_id bigint not null,
  at timestamptz not null,
  salt uuid not null,
  body jsonb not null,
  subjects uuid[] not null,
  primary key (entry_id, at)
) partition by range (at);

create index audit_entry_by_officer on audit_entry(actor_label, at desc, id desc)
  where actor_label <> '';
create index audit_entry_by_department on audit_entry(department, at desc, id desc)
  where department <> '';
create index audit_entry_by_object on audit_entry(object_kind, object_id, at desc, id desc);
create index audit_entry_by_purpose on audit_entry(purpose, at desc, id desc) where purpose <> '';
create index audit_entry_by_time on audit_entry(at desc, id desc);
create index audit_entry_own_view on audit_entry(actor, sign_in, verb, object_id)
  where purpose_kind = 'own' and outcome = 'done';
create index audit_entry_by_xid on audit_entry(xid, id);
create index audit_subject_by_subject on audit_subject(subject, at desc, entry_id desc);

create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function audit_refuse_change();
create trigger audit_subject_append_only before update or delete or truncate on audit_subject
  for each statement execute function audit_refuse_change();
create trigger audit_detail_append_only before update or truncate on audit_detail
  for each statement execute function audit_refuse_change();
"""

ROOM = """
create function audit_make_room(p_first date, p_last date) returns int language plpgsql
  security definer set search_path = pg_catalog, pg_temp as $$
declare
  made int := 0;
  parent text;
  room text;
  month date;
begin
  if p_last > current_date + interval '24 months' then
    raise exception 'no room is made for more than two years ahead';
  end if;
  for month in select m::date from generate_series(
      date_trunc('month', p_first::timestamp), p_last::timestamp, interval '1 month') m loop
    foreach parent in array array['audit_entry', 'audit_subject', 'audit_detail'] loop
      room := parent || to_char(month, '_YYYY_MM');
      continue when to_regclass('public.' || room) is not null;
      -- Made apart and then put in its place: nobody who reads or writes the trail has to wait.
      execute format('create table public.%I (like public.%I including defaults'
                     ' including constraints)', room, parent);
      execute format('revoke all on public.%I from public, portal_app, portal_sealer', room);
      execute format('alter table public.%I attach partition public.%I for values'
                     ' from (%L) to (%L)', parent, room,
                     month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00');
      execute format('create trigger %I before update %s or truncate on public.%I'
                     ' for each statement execute function public.audit_refuse_change()',
                     room || '_append_only',
                     case when parent = 'audit_detail' then '' else 'or delete' end, room);
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;
revoke all on function audit_make_room(date, date) from public;
grant execute on function audit_make_room(date, date) to portal_sealer;
"""

MOVE = """
select audit_make_room(
  (coalesce((select min(at) from audit_entry_before), now()) at time zone 'UTC')::date,
  ((now() at time zone 'UTC') + interval '3 months')::date);
insert into audit_entry(
  id, at, xid, actor, actor_label, capacity, department, region, principal, mandate, sign_in, verb,
  object_kind, object_id, purpose_kind, purpose, outcome, request_id, detail_hash)
select
  id, at, xid, actor, actor_label, capacity, department, region, principal, mandate, sign_in, verb,
  object_kind, object_id, purpose_kind, purpose, outcome, request_id, detail_hash
  from audit_entry_before order by id;
insert into audit_subject(entry_id, subject, at)
select distinct s.entry_id, s.subject, e.at
  from audit_subject_before s join audit_entry_before e on e.id = s.entry_id;
insert into audit_detail(entry_id, at, salt, body, subjects)
select d.entry_id, e.at, d.salt, d.body, d.subjects
  from audit_detail_before d join audit_entry_before e on e.id = d.entry_id;
select setval('audit_entry_id_seq', (select last_value from audit_entry_before_id_seq),
              (select is_called from audit_entry_before_id_seq));
drop table audit_detail_before, audit_subject_before, audit_entry_before;
analyze audit_entry, audit_subject, audit_detail;

alter table audit_pass add column earliest timestamptz, add column latest timestamptz;
alter table audit_pass disable trigger audit_pass_append_only;
update audit_pass p set (earliest, latest) =
  (select min(e.at), max(e.at) from audit_entry e where e.id = any(p.entries));
alter table audit_pass enable trigger audit_pass_append_only;
comment on column audit_pass.earliest is
  'With latest: between which moments the entries were written. Says where to look; proves nothing.';
"""

RIGHTS = """
revoke all on audit_entry, audit_subject, audit_detail from portal_app;
revoke all on sequence audit_entry_id_seq from portal_app;
grant select on audit_entry, audit_subject, audit_detail to portal_app;
grant select on audit_entry, audit_subject to portal_sealer;
alter table audit_detail enable row level security;
create policy gate on audit_detail to portal_app
  using (subjects = '{}' or subjects && (select audit_opened())::uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_what_opens_the_gate")]
    operations = [
        migrations.RunSQL(PARENTS),
        migrations.RunSQL(ROOM),
        migrations.RunSQL(MOVE),
        migrations.RunSQL(RIGHTS),
    ]
