"""A case is decided, and a letter issued, by whoever has it in hand, with the entry of that; both stand.

Whoever held the application's role could write a letter nobody had decided about, and `/trust/`
confirmed it. Now the end of a case, an office's word and a letter need the entry of their act in the
transaction that writes them; a letter also needs its case to be decided that way at that moment. A
letter is written whole, files and fingerprints included, so nothing of it is filled in later.
"""

from django.db import migrations

from audit.gate import APP_ROLE, needs_entry
from audit.kernel.actors import Capacity

CASE = "applications.application"
CLERK, SUPERIOR = Capacity.CLERK, Capacity.SUPERIOR
WORDS = {  # what an officer's word in a case is called in the trail, and whose word it is
    "step_passed": ("application.step_passed", CLERK),
    "asked_superior": ("application.escalated", CLERK),
    "allowed": ("application.escalation_decided", SUPERIOR),
    "not_allowed": ("application.escalation_decided", SUPERIOR),
    "approved": ("application.approved", CLERK),
    "rejected": ("application.rejected", CLERK),
}
ENDS = {"approved": "application.approved", "rejected": "application.rejected"}


def word(kind: str, verb: str, capacity: Capacity) -> migrations.RunSQL:
    return needs_entry(
        f"applications_{kind}_is_recorded",
        "insert on applications_decision",
        verb=verb,
        of=(CASE, "application_id"),
        by="by",
        acting_as=(capacity,),
        when=f"new.kind = '{kind}'",
    )


def becomes(state: str) -> str:
    return f"old.state <> '{state}' and new.state = '{state}'"


def end(state: str, verb: str) -> migrations.RunSQL:
    return needs_entry(
        f"applications_case_is_{state}",
        "update on applications_application",
        verb=verb,
        of=(CASE, "id"),
        by="claimed_by",
        acting_as=(CLERK,),
        when=becomes(state),
    )


WITHDRAWN = f"""
create constraint trigger applications_case_is_withdrawn after update on applications_application
  deferrable initially deferred for each row when ({becomes("withdrawn")})
  execute function audit_demands_names('application.withdrawn', '{CASE}', 'id', 'subject_id,applicant_id');
"""
WITHDRAWN_BACK = "drop trigger applications_case_is_withdrawn on applications_application"
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
        ("audit", "0030_acts_are_of_their_post"),
    ]
    operations = [
        *(word(kind, *said) for kind, said in WORDS.items()),
        *(end(state, verb) for state, verb in ENDS.items()),
        migrations.RunSQL(WITHDRAWN, WITHDRAWN_BACK),
        migrations.RunSQL(STANDS, STANDS_BACK),
        migrations.RunSQL(LETTER, LETTER_BACK),
    ]
