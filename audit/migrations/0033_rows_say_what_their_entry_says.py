"""A row says of who acted what its entry says, and the entry names whom the row is about.

A row that needed the entry of its act could carry another officer's code beside the right account, so
that pages showed somebody who had nothing to do with it; and the entry could leave out the person, who
then was never told. `audit_demands_entry` asks who acted and in which capacity; this asks for the rest,
of one and the same entry. The packages above put it on tables of their own.
"""

from django.db import migrations

from audit.gate import says_the_same

FILE, ALARM = "trail.export", "audit.sentinelalarm"

SAME = """
-- Arguments: the verbs (any of them, with commas), the kind of the thing, the columns its id is made
-- of (joined with '/'), what the entry and the row both say (as field=column, with commas), and the
-- columns (with commas) of those the entry has to name.
create function audit_says_the_same() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
  thing constant text := left((
    select string_agg(said ->> one.name, '/' order by one.place)
      from unnest(string_to_array(tg_argv[2], ',')) with ordinality as one(name, place)), 80);
  named constant uuid[] := array(
    select (said ->> one)::uuid from unnest(string_to_array(tg_argv[4], ',')) one where said ->> one is not null);
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = any(string_to_array(tg_argv[0], ',')) and e.object_kind = tg_argv[1] and e.object_id = thing
       and not exists (
         select from unnest(string_to_array(tg_argv[3], ',')) pair
          where to_jsonb(e) ->> split_part(pair, '=', 1) is distinct from said ->> split_part(pair, '=', 2))
       and named <@ array(select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception '% of %: no entry of % in this transaction says the same', tg_op, tg_table_name, tg_argv[0]
      using errcode = 'insufficient_privilege',
            hint = 'The row carries account and code of who acted; the entry names whom the row is about.';
  end if;
  return null;
end $$;
revoke all on function audit_says_the_same() from public;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0032_habits_are_of_entries")]
    operations = [
        migrations.RunSQL(SAME, "drop function audit_says_the_same()"),
        says_the_same(
            "audit_verdict_says_the_same",
            "insert on audit_sentinelverdict",
            verb="alarm.judged",
            of=(ALARM, "alarm"),
            said={"id": "entry", "actor": "judged_by", "actor_label": "judge"},
            names="about",
        ),
        says_the_same(
            "audit_tuning_says_the_same",
            "insert on audit_sentineltuning",
            verb="alarm.judged",
            of=(ALARM, "alarm"),
            said={"actor": "moved_by", "actor_label": "mover"},
            when="new.alarm is not null",
        ),
        says_the_same(
            "audit_reset_says_the_same",
            "insert on audit_sentineltuning",
            verb="alarm.line_reset",
            of=("audit.line", "rule,capacity,department"),
            said={"actor": "moved_by", "actor_label": "mover"},
            when="new.alarm is null",
        ),
        says_the_same(
            "audit_export_asks_the_same",
            "insert on audit_trailexport",
            verb="trail.export_asked",
            of=(FILE, "number"),
            said={
                "actor": "asked_by",
                "actor_label": "asked_label",
                "department": "asked_department",
                "region": "asked_region",
            },
            names="person",
        ),
        *(
            says_the_same(
                f"audit_export_{state}_says_the_same",
                "update on audit_trailexport",
                verb=verb,
                of=(FILE, "number"),
                said={"actor": "answered_by", "actor_label": "answered_label"},
                names="person",
                when=f"old.state = 'asked' and new.state = '{state}'",
            )
            for state, verb in (
                ("approved", "trail.export_approved"),
                ("refused", "trail.export_refused"),
            )
        ),
    ]
