"""What the sealer's role says of time and of how far it has got, the database holds against its own.

The role put any head there, with a moment of its own, which entries then took over; and noted by
itself how far the seal had come, in the future too, so that nothing stopped when sealing stood
still. It began epochs as well, where it liked: in one said to take over every entry to come nothing
was left to seal, and nothing waited. Now a head follows the one before and is no later than the clock
of the database or than the entries it takes; a pass takes every entry of its transactions and no
other; and how far the seal has come the database works out from both. An epoch the database begins
itself, where it is another one than that of the epoch before, and keeps what is to be taken over:
that waits, and comes first. Room is made for the months to come and for no others.

Where the clock itself had been far ahead, the owner begins an epoch that says after which head the
time went back (`put_right`): there, and nowhere else, a head may be earlier than the one before.
"""

from django.db import migrations

from audit.gate import APP_ROLE

EPOCHS = """
alter table audit_epoch add column put_right bigint, add column left_over bigint[] not null default '{}';
comment on column audit_epoch.put_right is
  'The head after which the clock was put right: the first of this epoch may be earlier than that one. Null: it was not.';
comment on column audit_epoch.left_over is
  'Entries that were there when it began and under no head: its first pass takes these, if there are any.';
revoke insert on audit_epoch from portal_sealer;

-- Everything is of one moment: what is there, what is sealed, and which transactions still run.
create function audit_add_epoch(p_put_right bigint) returns int language sql volatile
  set search_path = pg_catalog, pg_temp as $$
insert into public.audit_epoch(number, cluster, from_xid, settled_xid, upto_entry, left_over, put_right)
select last.number + 1, public.audit_here(), pg_snapshot_xmin(s), pg_snapshot_xmax(s),
       coalesce((select max(id) from public.audit_entry), 0),
       array(select id from public.audit_entry
             except
             select unnest(p.entries) from public.audit_pass p
               join (select epoch, max(size) as size from public.audit_head group by epoch) h
                 on h.epoch = p.epoch and p.first_leaf + p.size <= h.size
             order by 1),
       p_put_right
  from pg_current_snapshot() s, (select max(number) as number from public.audit_epoch) last
returning number
$$;
comment on function audit_add_epoch(bigint) is
  'Begins an epoch here and now. For the owner: after which head the clock was put right.';
revoke all on function audit_add_epoch(bigint) from public;

create function audit_begin_epoch() returns int language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  if (select e.cluster from public.audit_epoch e order by e.number desc limit 1) = public.audit_here() then
    raise exception 'an epoch begins where the database was restored elsewhere'
      using errcode = 'insufficient_privilege';
  end if;
  return public.audit_add_epoch(null);
end $$;
comment on function audit_begin_epoch() is
  'Begins an epoch in a database that is another one than that of the epoch before. For the sealer.';
revoke all on function audit_begin_epoch() from public;
grant execute on function audit_begin_epoch() to portal_sealer;
"""
NO_EPOCHS = """
drop function audit_begin_epoch();
drop function audit_add_epoch(bigint);
grant insert on audit_epoch to portal_sealer;
alter table audit_epoch drop column put_right, drop column left_over;
"""

HEADS = """
create function audit_head_is_of_now() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  last record;
  earliest timestamptz := '-infinity';
begin
  select h.number, h.at into last from public.audit_head h order by h.number desc limit 1;
  if new.number is distinct from coalesce(last.number, 0) + 1 then
    raise exception 'a head follows the one before it' using errcode = 'insufficient_privilege';
  end if;
  if not exists (select from public.audit_epoch e where e.number = new.epoch and e.put_right = last.number) then
    earliest := coalesce(last.at, earliest);
  end if;
  if new.at < earliest then
    raise exception 'a head is not earlier than the one before it' using errcode = 'insufficient_privilege';
  end if;
  -- The clock may have been set back: then heads stay where the one before and its entries were.
  if new.at > clock_timestamp() and new.at > earliest and not exists (
    select from (select * from public.audit_pass p where p.epoch = new.epoch order by p.first_leaf desc limit 1) p
      join public.audit_entry e on e.id = any(p.entries) and e.at between p.earliest and p.latest
     where e.at >= new.at) then
    raise exception 'a head is of now, by the clock of the database' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_head_is_of_now() from public;
create trigger audit_head_is_of_now before insert on audit_head
  for each row execute function audit_head_is_of_now();
"""
NO_HEADS = "drop trigger audit_head_is_of_now on audit_head; drop function audit_head_is_of_now();"

PASSES = """
create function audit_pass_is_whole() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  o record;
  before record;
  takes_over boolean;
  due bigint[];
begin
  select * into o from public.audit_epoch e order by e.number desc limit 1;
  select p.first_leaf + p.size as leaf, p.upto_xid as upto into before
    from public.audit_pass p where p.epoch = o.number order by p.first_leaf desc limit 1;
  takes_over := before.leaf is null and o.left_over <> '{}';
  if (new.epoch, new.first_leaf, new.from_xid) is distinct from
     (o.number, coalesce(before.leaf, 0), coalesce(before.upto, o.from_xid))
     or new.upto_xid < new.from_xid or takes_over <> (new.upto_xid = new.from_xid)
     or new.upto_xid > pg_snapshot_xmin(pg_current_snapshot()) then
    raise exception 'a pass goes on where the one before it ended' using errcode = 'insufficient_privilege';
  end if;
  if takes_over then
    due := o.left_over;
  else
    select array_agg(e.id order by e.id) into due from public.audit_entry e
     where e.xid >= new.from_xid and e.xid < new.upto_xid
       and (e.id > o.upto_entry or e.xid < o.settled_xid and not exists (
         select from public.audit_pass p where p.epoch = o.number and e.id = any(p.entries)));
  end if;
  if new.entries is distinct from due then
    raise exception 'a pass takes all entries of its transactions, by number'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function audit_pass_is_whole() from public;
create trigger audit_pass_is_whole before insert on audit_pass
  for each row execute function audit_pass_is_whole();
"""
NO_PASSES = "drop trigger audit_pass_is_whole on audit_pass; drop function audit_pass_is_whole();"

REACHED = f"""
-- Entries of an epoch before may carry any transaction number: upto_entry tells them. A pass counts once a
-- head covers it. One look into the index on (xid, id), from where the last such pass ended. Until the first
-- one, what the epoch took over waits too; and in a database restored elsewhere, where numbers tell nothing
-- until its epoch has begun, whatever came since the newest head.
create function audit_oldest_waiting() returns timestamptz language sql stable security definer
  set search_path = pg_catalog, pg_temp as $$
with newest as materialized (select h.epoch, h.size, h.at from public.audit_head h order by h.number desc limit 1),
o as materialized (
  select o.number, o.cluster, o.began_at, o.upto_entry, o.settled_xid, coalesce(p.upto_xid, o.from_xid) reached,
         case when p.upto_xid is null then o.left_over end left_over
    from public.audit_epoch o
    left join newest h on h.epoch = o.number
    left join lateral (
      select p.upto_xid from public.audit_pass p where p.epoch = o.number and p.first_leaf + p.size <= h.size
       order by p.first_leaf desc limit 1) p on true
   order by o.number desc limit 1)
select case
  when (select cluster from o) <> public.audit_here() then
    coalesce((select at from newest), (select began_at from o))
  else least(
    (select min(e.at) from public.audit_entry e where e.id = any((select left_over from o)::bigint[])),
    (select e.at from public.audit_entry e
      where e.xid >= (select reached from o) and e.xid < pg_snapshot_xmax(pg_current_snapshot())
        and (e.id > (select upto_entry from o)
             or e.xid < (select settled_xid from o) and not exists (
               select from public.audit_pass p
                where p.epoch = (select number from o) and e.id = any(p.entries)))
      order by e.xid, e.id limit 1))
  end
$$;
comment on function audit_oldest_waiting() is
  'When the entry was written that is first in the order of the seal and under no head yet, or was taken over; null if all are sealed.';
revoke all on function audit_oldest_waiting() from public;
grant execute on function audit_oldest_waiting() to {APP_ROLE}, portal_sealer;

-- Its own moment is never one to come, whatever the clock said before, and is written every five
-- seconds at most while all is well.
create function audit_note_reached() returns void language sql volatile security definer
  set search_path = pg_catalog, pg_temp as $$
update public.audit_reached r set at = now_reached.at
  from (select least(public.audit_oldest_waiting(), clock_timestamp()) at) now_reached
 where r.at > now_reached.at or r.at < now_reached.at - interval '5 seconds'
$$;
comment on function audit_note_reached() is
  'Notes since when entries wait for the seal, or that none does: audit_record asks it.';
revoke all on function audit_note_reached() from public;
grant execute on function audit_note_reached() to portal_sealer;
revoke update on audit_reached from portal_sealer;
"""
NO_REACHED = """
grant update on audit_reached to portal_sealer;
drop function audit_note_reached();
drop function audit_oldest_waiting();
"""


ROOM = """
create function audit_make_room_ahead() returns int language sql volatile security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' as $$
select public.audit_make_room(current_date, current_date + 92)
 where to_regclass(to_char(current_date + 92, '"public.audit_entry_"YYYY_MM')) is null
$$;
comment on function audit_make_room_ahead() is
  'Makes room for the entries of three months to come, where there is none yet: the trail goes on although nobody seals.';
revoke all on function audit_make_room_ahead() from public;
grant execute on function audit_make_room_ahead() to portal_sealer;
revoke execute on function audit_make_room(date, date) from portal_sealer;
"""
NO_ROOM = """
grant execute on function audit_make_room(date, date) to portal_sealer;
drop function audit_make_room_ahead();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0038_salts_are_nobodys")]
    operations = [
        migrations.RunSQL(EPOCHS, NO_EPOCHS),
        migrations.RunSQL(HEADS, NO_HEADS),
        migrations.RunSQL(PASSES, NO_PASSES),
        migrations.RunSQL(REACHED, NO_REACHED),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
