"""A case is decided, and a letter issued, by whoever has it in hand, with the entry of that; both stand.

Whoever held the application's role could write a letter nobody had decided about, and `/trust/`
confirmed it. Now the end of a case, an office's word and a letter need the entry of their act in the
transaction that writes them; a letter also needs its case to be decided that way at that moment. A
letter is written whole, files and fingerprints included, so nothing of it is filled in later.
"""

from django.db import migrations

from audit.gate import APP_ROLE

CASE = "applications.application"
WORDS = {  # what an officer's word in a case is called in the trail
    "step_passed": "application.step_passed",
    "asked_superior": "application.escalated",
    "allowed": "application.escalation_decided",
    "not_allowed": "application.escalation_decided",
    "approved": "application.approved",
    "rejected": "application.rejected",
}
ENDS = {"approved": "application.approved", "rejected": "application.rejected"}


def told(name: str, table: str, when: str, demand: str) -> migrations.RunSQL:
    """At the end of the transaction the entry has to be there."""
    return migrations.RunSQL(
        f"create constraint trigger {name} after {when} execute function {demand}",
        f"drop trigger {name} on {table}",
    )


def word(kind: str, verb: str) -> migrations.RunSQL:
    table = "applications_decision"
    when = (
        f"insert on {table} deferrable initially deferred for each row when (new.kind = '{kind}')"
    )
    demand = f"audit_demands_entry('{verb}', '{CASE}', 'application_id', 'by')"
    return told(f"applications_{kind}_is_recorded", table, when, demand)


def becomes(state: str) -> str:
    return (
        "update on applications_application deferrable initially deferred for each row"
        f" when (old.state <> '{state}' and new.state = '{state}')"
    )


def end(state: str, verb: str) -> migrations.RunSQL:
    demand = f"audit_demands_entry('{verb}', '{CASE}', 'id', 'claimed_by')"
    name = f"applications_case_is_{state}"
    return told(name, "applications_application", becomes(state), demand)


STANDS = """
create trigger applications_end_stands before update on applications_application for each row
  when (old.state in ('approved', 'rejected', 'withdrawn')
        and (old.state, old.decided_at, old.claimed_by, old.reference, old.item_id, old.release_id, old.masked_name)
            is distinct from
            (new.state, new.decided_at, new.claimed_by, new.reference, new.item_id, new.release_id, new.masked_name))
  execute function audit_stands('how a case ended');
create function applications_case_is_open() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'no case begins decided' using errcode = 'insufficient_privilege';
end $$;
revoke all on function applications_case_is_open() from public;
create trigger applications_case_is_open before insert on applications_application for each row
  when (new.state in ('approved', 'rejected')) execute function applications_case_is_open();
"""
STANDS_BACK = """
drop trigger applications_case_is_open on applications_application;
drop function applications_case_is_open();
drop trigger applications_end_stands on applications_application;
"""

LETTER = f"""
revoke update (file_hash_zh, file_hash_en) on applications_outcome from {APP_ROLE};
revoke update (files) on applications_outcometext from {APP_ROLE};

-- Argument: the column that holds the letter's id.
create function applications_letter_is_decided() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := to_jsonb(new);
begin
  if not exists (
    select from public.applications_outcome o
      join public.applications_application a on a.id = o.application_id
      join public.audit_entry e on e.object_id = a.id::text and e.actor = a.claimed_by
     where o.id = (said ->> tg_argv[0])::uuid and o.issued_at = a.decided_at
       and (o.result, a.state, e.verb) in (('granted', 'approved', 'application.approved'),
                                           ('not_granted', 'rejected', 'application.rejected'))
       and coalesce((said ->> 'subject_id')::uuid, a.subject_id) = a.subject_id
       and e.xid = pg_current_xact_id() and e.at >= now() and e.outcome = 'done'
       and e.object_kind = 'applications.application' and e.capacity = 'clerk') then
    raise exception 'a letter is of a case that is decided in this transaction, as its entry says'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function applications_letter_is_decided() from public;
create constraint trigger applications_letter_is_decided after insert on applications_outcome
  deferrable initially deferred for each row execute function applications_letter_is_decided('id');
create constraint trigger applications_words_are_decided after insert on applications_outcometext
  deferrable initially deferred for each row execute function applications_letter_is_decided('outcome_id');
"""
LETTER_BACK = f"""
drop trigger applications_words_are_decided on applications_outcometext;
drop trigger applications_letter_is_decided on applications_outcome;
drop function applications_letter_is_decided();
grant update (files) on applications_outcometext to {APP_ROLE};
grant update (file_hash_zh, file_hash_en) on applications_outcome to {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0007_whose_a_case_is_stands"),
        ("audit", "0028_promises_begin_undone"),
    ]
    operations = [
        *(word(kind, verb) for kind, verb in WORDS.items()),
        *(end(state, verb) for state, verb in ENDS.items()),
        told(
            "applications_case_is_withdrawn",
            "applications_application",
            becomes("withdrawn"),
            f"audit_demands_names('application.withdrawn', '{CASE}', 'id', 'subject_id,applicant_id')",
        ),
        migrations.RunSQL(STANDS, STANDS_BACK),
        migrations.RunSQL(LETTER, LETTER_BACK),
    ]
