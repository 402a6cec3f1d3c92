"""A case is taken, decided and let go at the desk it lies on, by entries that name everybody in it.

Whoever held the application's role decided cases under the name of any clerk, who never had them, by
an entry that named nobody, so that nobody was told. Now every change of hands needs its entry, by the
clerk of the office at which the case waits, with the code the case then shows; only whoever had it in
hand before decides it, passes it on or lets it go; and each of these entries names everybody in the
case. An end needs its word and its letter, a word of an end its end, and none of them comes later.
"""

from django.db import migrations

from audit.kernel.actors import Capacity

DEMAND = """
-- Arguments: the verbs (any of them, with commas), the column of the case, the columns of who acts by
-- account and by code, the capacity whose act it is, and `old` where these stood before the change.
create function applications_act_is_of_the_desk() returns trigger language plpgsql
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
       and array[a.subject_id, a.applicant_id] <@ array(
             select s.subject from public.audit_subject s where s.entry_id = e.id and s.at = e.at)) then
    raise exception '% of %: no entry of % at the desk of the case names everybody in it', tg_op, tg_table_name,
      tg_argv[0] using errcode = 'insufficient_privilege',
      hint = 'Call record_case() for the act, by whoever has the case in hand, at the office where it waits.';
  end if;
  return null;
end $$;
revoke all on function applications_act_is_of_the_desk() from public;
"""
DEMAND_BACK = "drop function applications_act_is_of_the_desk();"

CASE, WORD = "applications_application", "applications_decision"
HOLDER = ("id", "claimed_by", "claimed_label")
AUTHOR = ("application_id", "by", "by_label")
ENDS = ("approved", "rejected")
WORDS = {  # as in 0008
    "step_passed": ("application.step_passed", Capacity.CLERK),
    "asked_superior": ("application.escalated", Capacity.CLERK),
    "allowed": ("application.escalation_decided", Capacity.SUPERIOR),
    "not_allowed": ("application.escalation_decided", Capacity.SUPERIOR),
    "approved": ("application.approved", Capacity.CLERK),
    "rejected": ("application.rejected", Capacity.CLERK),
}
LET_GO = "application.released,application.step_passed"
PASSED = "application.step_passed,application.approved,application.rejected"
TAKEN = "application.claimed"


def at_the_desk(
    trigger: str,
    after: str,
    verbs: str,
    who: tuple[str, str, str],
    when: str,
    *,
    capacity: Capacity = Capacity.CLERK,
    before: bool = False,
) -> migrations.RunSQL:
    """The entry of an act on a case; with `before` by whoever the row named before the change."""
    table = after.rsplit(" ", 1)[1]
    said = ", ".join(f"'{one}'" for one in (verbs, *who, capacity, *(["old"] if before else [])))
    return migrations.RunSQL(
        f"create constraint trigger {trigger} after {after} deferrable initially deferred"
        f" for each row when ({when}) execute function applications_act_is_of_the_desk({said});",
        f"drop trigger {trigger} on {table};",
    )


CHANGED, INSERTED = f"update on {CASE}", f"insert on {WORD}"
OTHER_HANDS = "new.claimed_by is distinct from old.claimed_by"
OTHER_DESK = "new.queue_id is distinct from old.queue_id"
IS_ENDED = " or ".join(f"old.state <> '{one}' and new.state = '{one}'" for one in ENDS)

AT_THE_DESK = [
    *(
        at_the_desk(
            f"applications_{kind}_is_of_the_desk",
            INSERTED,
            verb,
            AUTHOR,
            f"new.kind = '{kind}'",
            capacity=capacity,
        )
        for kind, (verb, capacity) in WORDS.items()
    ),
    *(
        at_the_desk(
            f"applications_case_{one}_at_its_desk",
            CHANGED,
            f"application.{one}",
            HOLDER,
            f"old.state <> '{one}' and new.state = '{one}'",
        )
        for one in ENDS
    ),
    at_the_desk(
        "applications_case_is_taken",
        CHANGED,
        TAKEN,
        HOLDER,
        f"{OTHER_HANDS} and new.claimed_by is not null",
    ),
    at_the_desk(
        "applications_case_is_let_go",
        CHANGED,
        LET_GO,
        HOLDER,
        f"{OTHER_HANDS} and new.claimed_by is null",
        before=True,
    ),
    at_the_desk(
        "applications_case_is_passed_on",
        CHANGED,
        PASSED,
        HOLDER,
        f"{OTHER_DESK} and old.queue_id is not null",
        before=True,
    ),
]

IN_HAND = f"""
create function applications_not_in_hand() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a case begins in nobody''s hands and is decided by whoever has it in hand'
    using errcode = 'insufficient_privilege';
end $$;
revoke all on function applications_not_in_hand() from public;
create trigger applications_begins_in_nobodys_hands before insert on {CASE} for each row
  when (new.claimed_by is not null) execute function applications_not_in_hand();
create trigger applications_is_decided_in_hand before update on {CASE} for each row
  when (({IS_ENDED}) and (old.state <> 'accepted' or old.claimed_by is null
                          or old.claimed_by is distinct from new.claimed_by))
  execute function applications_not_in_hand();
create trigger applications_holder_is_called before update on {CASE} for each row
  when (new.claimed_label <> old.claimed_label and new.claimed_by is not distinct from old.claimed_by)
  execute function audit_stands('what the officer is called who has a case');
create trigger applications_desk_is_of_its_office before update on applications_queue for each row
  when (new.department_id <> old.department_id) execute function audit_stands('the office of a queue');

create function applications_word_is_of_the_case() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  -- Of a case there is: one there is not the foreign key refuses.
  if exists (
    select from public.applications_application a
      left join public.applications_queue q on q.id = a.queue_id
     where a.id = new.application_id and (
           a.subject_id <> new.subject_id or q.department_id is distinct from new.department_id
           or case when new.kind in ('allowed', 'not_allowed') then a.state <> 'escalated'
                   else a.state <> 'accepted' or a.claimed_by is distinct from new."by" end)) then
    raise exception 'an office''s word is of whoever has the case in hand there'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function applications_word_is_of_the_case() from public;
create trigger applications_word_is_of_the_case before insert on {WORD}
  for each row execute function applications_word_is_of_the_case();
"""
IN_HAND_BACK = f"""
drop trigger applications_word_is_of_the_case on {WORD};
drop function applications_word_is_of_the_case();
drop trigger applications_desk_is_of_its_office on applications_queue;
drop trigger applications_holder_is_called on {CASE};
drop trigger applications_is_decided_in_hand on {CASE};
drop trigger applications_begins_in_nobodys_hands on {CASE};
drop function applications_not_in_hand();
"""

WHOLE = f"""
-- With the owner's rights, because what was decided lies behind the gate.
create function applications_end_is_whole() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare
  ended constant uuid := (coalesce(to_jsonb(new) ->> 'application_id', to_jsonb(new) ->> 'id'))::uuid;
begin
  if not exists (
    select from public.applications_application a
      join public.applications_decision d on d.application_id = a.id
      join public.applications_outcome o on o.application_id = a.id
     where a.id = ended and a.state in ('approved', 'rejected')
       and (d.kind, d."by", d.by_label, d.at) = (a.state, a.claimed_by, a.claimed_label, a.decided_at)
       and (o.issued_at, o.department_id) = (d.at, d.department_id)) then
    raise exception 'a case ends with its decision and its letter'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function applications_end_is_whole() from public;
create constraint trigger applications_end_is_whole after update on {CASE}
  deferrable initially deferred for each row when ({IS_ENDED})
  execute function applications_end_is_whole();
create constraint trigger applications_last_word_ends_it after insert on {WORD}
  deferrable initially deferred for each row when (new.kind in ('approved', 'rejected'))
  execute function applications_end_is_whole();
create constraint trigger applications_letter_ends_it after insert on applications_outcome
  deferrable initially deferred for each row execute function applications_end_is_whole();
"""
WHOLE_BACK = f"""
drop trigger applications_letter_ends_it on applications_outcome;
drop trigger applications_last_word_ends_it on {WORD};
drop trigger applications_end_is_whole on {CASE};
drop function applications_end_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0008_letters_stand"),
        ("identity", "0031_entries_are_of_their_region"),
    ]
    operations = [
        migrations.RunSQL(DEMAND, DEMAND_BACK),
        *AT_THE_DESK,
        migrations.RunSQL(IN_HAND, IN_HAND_BACK),
        migrations.RunSQL(WHOLE, WHOLE_BACK),
    ]
