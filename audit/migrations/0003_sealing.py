"""The tables of the seal, and the one role that writes them.

`portal_sealer` reads entries and adds passes, tiles and heads; it can neither write nor change an
entry. The application role reads heads and tiles, so that anybody can be shown a proof, and writes
nothing here. What is written stays: only the last, unfinished tile of a level grows.
"""

from django.db import migrations

TABLES = """
-- Which database this is: a copy restored elsewhere is another one.
create function audit_here() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.system_identifier || '/' || d.oid from pg_control_system() c, pg_database d
   where d.datname = current_database() $$;

create table audit_epoch(
  number int primary key,
  began_at timestamptz not null default clock_timestamp(),
  cluster text not null,
  from_xid xid8 not null,
  settled_xid xid8 not null,
  upto_entry bigint not null
);
comment on table audit_epoch is
  'One life of the database; a restore elsewhere begins the next. Entries up to upto_entry were there when it began,
   but for those of transactions from from_xid to before settled_xid, which may still have been running.';

create table audit_pass(
  epoch int not null references audit_epoch(number),
  first_leaf bigint not null,
  size int not null check (size > 0),
  from_xid xid8 not null,
  upto_xid xid8 not null,
  entries bigint[] not null check (cardinality(entries) = size),
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (epoch, first_leaf)
);
comment on table audit_pass is
  'One run of the sealer: every entry of the transactions from from_xid to before upto_xid, by id.';

create table audit_tile(
  epoch int not null references audit_epoch(number),
  level smallint not null,
  place bigint not null,
  hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (epoch, level, place)
);
create index audit_pass_by_xid on audit_pass(epoch, upto_xid);
alter table audit_tile alter column hashes set storage external;

create table audit_key(
  key_id text primary key,
  public bytea not null check (length(public) = 32),
  since timestamptz not null default clock_timestamp(),
  vouched_by text references audit_key(key_id),
  voucher text not null
);
comment on table audit_key is 'Public keys of the seal. Each but the first is vouched for by the one before.';

create table audit_head(
  number bigint primary key,
  epoch int not null references audit_epoch(number),
  size bigint not null,
  root text not null,
  at timestamptz not null,
  previous text not null,
  key_id text not null references audit_key(key_id),
  signature text not null
);

create table audit_policy(
  id smallint primary key default 1 check (id = 1),
  seal_may_stand interval not null default '4 hours'
);
insert into audit_policy default values;
insert into audit_epoch(number, cluster, from_xid, settled_xid, upto_entry)
  values (1, audit_here(), '0', '0', 0);

create index audit_entry_by_xid on audit_entry(xid, id);
"""

FUNCTIONS = """
create trigger audit_epoch_append_only before update or delete or truncate on audit_epoch
  for each statement execute function audit_refuse_change();
create trigger audit_pass_append_only before update or delete or truncate on audit_pass
  for each statement execute function audit_refuse_change();
create trigger audit_key_append_only before update or delete or truncate on audit_key
  for each statement execute function audit_refuse_change();
create trigger audit_head_append_only before update or delete or truncate on audit_head
  for each statement execute function audit_refuse_change();
create trigger audit_tile_kept before delete or truncate on audit_tile
  for each statement execute function audit_refuse_change();

-- A tile grows to the right and never otherwise.
create function audit_tile_grows() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if (new.epoch, new.level, new.place) is distinct from (old.epoch, old.level, old.place)
     or substring(new.hashes for length(old.hashes)) is distinct from old.hashes then
    raise exception 'a tile of the seal only grows' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger audit_tile_grows before update on audit_tile
  for each row execute function audit_tile_grows();
"""

RIGHTS = """
revoke all on audit_epoch, audit_pass, audit_tile, audit_key, audit_head, audit_policy from portal_app;
grant select on audit_epoch, audit_pass, audit_tile, audit_key, audit_head, audit_policy to portal_app;

grant usage on schema public to portal_sealer;
grant execute on function audit_here() to portal_sealer;
grant select on audit_entry, audit_subject, audit_epoch, audit_pass, audit_tile, audit_key, audit_head
  to portal_sealer;
grant insert on audit_epoch, audit_pass, audit_tile, audit_key, audit_head to portal_sealer;
grant update on audit_tile to portal_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_models")]
    operations = [
        migrations.RunSQL(TABLES),
        migrations.RunSQL(FUNCTIONS),
        migrations.RunSQL(RIGHTS),
    ]
