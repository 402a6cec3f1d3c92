"""Others who are named in a case by their identity number: their digests lie with it.

A look at the case names whoever has one of these numbers (decision 17). So nobody takes a digest
away from a case handed in, and it changes hands and is decided by entries that name these too.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

DEMAND = """
-- Arguments: the verbs (any of them, with commas), the column of the case, the columns of who acts by
-- account and by code, the capacity whose act it is, and `old` where these stood before the change.
create or replace function applications_act_is_of_the_desk() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
  hand constant jsonb := case when tg_nargs > 5 then to_jsonb(old) else said end;
  who constant uuid := (hand ->> tg_argv[2])::uuid;
  code constant text := hand ->> tg_argv[3];
  verbs constant text[] := string_to_array(tg_argv[0], ',');
  office text;
  place text;
begin
  if said ? 'department_id' then
    select d.code, d.region_id into office, place from public.catalog_department d where d.id = (said ->> 'department_id')::bigint;
  else
    select d.code, d.region_id into office, place from public.applications_queue q
      join public.catalog_department d on d.id = q.department_id
     where q.id = coalesce(to_jsonb(old) ->> 'queue_id', said ->> 'queue_id')::bigint;
  end if;
  if not exists (
    select from public.audit_entry e
      join public.applications_application a on a.id = (said ->> tg_argv[1])::uuid
     where e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.verb = any(verbs) and e.object_kind = 'applications.application'
       and e.object_id = said ->> tg_argv[1]
       and (e.actor = who and e.actor_label = code and e.capacity = tg_argv[4] and e.department = office
            -- The portal itself gives back what is in the hands of somebody who is gone.
            or e.verb = 'application.released' and e.capacity = 'system'
               and not public.audit_may_act(who, code, tg_argv[4], office, place))
       and array[a.subject_id, a.applicant_id] || array(
             select n.person_id from public.identity_personnumber n where n.digest = any(a.named)) <@ array(
             select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception '% of %: no entry of % at the desk of the case names everybody in it', tg_op, tg_table_name,
      tg_argv[0] using errcode = 'insufficient_privilege',
      hint = 'Call record_case() for the act, by whoever has the case in hand, at the office where it waits.';
  end if;
  return null;
end $$;
"""

STAY = """
create trigger applications_named_stay before update on applications_application for each row
  when (old.state <> 'draft' and not coalesce(old.named, '{}') <@ coalesce(new.named, '{}'))
  execute function audit_stands('who is named in a case');
create trigger applications_handed_in_stays before update on applications_application for each row
  when (old.state <> 'draft' and new.state = 'draft')
  execute function audit_stands('that a case was handed in');
create trigger applications_number_stands before update on applications_application for each row
  when ((old.reference, old.track_code) is distinct from (new.reference, new.track_code))
  execute function audit_stands('the number of a case');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_cases_are_decided_at_their_desk"),
        ("identity", "0032_people_are_found_by_values"),
    ]
    operations = [
        migrations.AddField(
            model_name="application",
            name="named",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BinaryField(), editable=False, null=True, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["named"], name="applications_by_others"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["created_at"],
                name="applications_not_looked",
                condition=models.Q(("named", None), ("submitted_at__isnull", False)),
            ),
        ),
        migrations.RunSQL([DEMAND, STAY]),
    ]
