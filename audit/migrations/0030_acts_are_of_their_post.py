"""What two people decide is only believed with an entry of a post that may decide it.

An entry of the right account was enough, in whatever capacity: a clerk's account gave verdicts, and
allowed files of the trail. The triggers now name the capacities whose act it is; one that names none
lets nothing pass. Codes are the account's own since entries are of posts that are held (0029).
"""

from django.db import migrations

from audit.gate import needs_entry
from audit.kernel.actors import Capacity

SUPERVISORS = (Capacity.SUPERVISOR,)
ALARM, FILE = "audit.sentinelalarm", "trail.export"

DEMAND = """
-- Arguments: the verbs (any of them, with commas), the kind of the thing, the columns its id is made
-- of (joined with '/'), the column that names who acted by account, and the capacities whose act it is
-- (with commas); with a sixth argument `code` the column names who acted by officer code.
create or replace function audit_demands_entry() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
  thing constant text := left((
    select string_agg(said ->> one.name, '/' order by one.place)
      from unnest(string_to_array(tg_argv[2], ',')) with ordinality as one(name, place)), 80);
  who constant text := said ->> tg_argv[3];
begin
  if not exists (
    select from public.audit_entry e
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = any(string_to_array(tg_argv[0], ',')) and e.object_kind = tg_argv[1]
       and e.object_id = thing and who <> ''
       and e.capacity = any(string_to_array(tg_argv[4], ','))
       and case when tg_nargs > 5 then e.actor_label else e.actor::text end = who) then
    raise exception '% of %: no entry of % in this transaction', tg_op, tg_table_name, tg_argv[0]
      using errcode = 'insufficient_privilege',
            hint = 'Call audit.trail.record() for the act, by whoever the row names, in the post whose act it is.';
  end if;
  return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0029_an_entry_is_checked_apart")]
    operations = [
        migrations.RunSQL(DEMAND),
        needs_entry(
            "audit_verdict_is_recorded",
            "insert on audit_sentinelverdict",
            verb="alarm.judged",
            of=(ALARM, "alarm"),
            by="judged_by",
            acting_as=SUPERVISORS,
        ),
        needs_entry(
            "audit_tuning_is_recorded",
            "insert on audit_sentineltuning",
            verb="alarm.judged",
            of=(ALARM, "alarm"),
            by="moved_by",
            acting_as=SUPERVISORS,
            when="new.alarm is not null",
        ),
        needs_entry(
            "audit_reset_is_recorded",
            "insert on audit_sentineltuning",
            verb="alarm.line_reset",
            of=("audit.line", "rule,capacity,department"),
            by="moved_by",
            acting_as=SUPERVISORS,
            when="new.alarm is null",
        ),
        needs_entry(
            "audit_export_is_asked",
            "insert on audit_trailexport",
            verb="trail.export_asked",
            of=(FILE, "number"),
            by="asked_by",
            acting_as=SUPERVISORS,
        ),
        needs_entry(
            "audit_export_is_allowed",
            "update on audit_trailexport",
            verb="trail.export_approved",
            of=(FILE, "number"),
            by="answered_by",
            acting_as=SUPERVISORS,
            when="old.state = 'asked' and new.state = 'approved'",
        ),
        needs_entry(
            "audit_export_is_turned_down",
            "update on audit_trailexport",
            verb="trail.export_refused",
            of=(FILE, "number"),
            by="answered_by",
            acting_as=SUPERVISORS,
            when="old.state = 'asked' and new.state = 'refused'",
        ),
    ]
