"""No hold, no end of a protection or of a relative's declaration, and no answer to a question
without its entry in the trail.

A hold is inserted as a request and confirmed afterwards, each by the account its entry names; once
confirmed it only becomes shorter, and never tells less than it told. Questions and answers stand. See `audit_demands_entry` for what is asked.
"""

from django.db import migrations

HOLD, PROTECTION = "identity.disclosurehold", "identity.protectedperson"
QUESTION = "identity.lookquestion"


def demand(
    table: str, name: str, when: str, verb: str, of: tuple[str, str], *who: str
) -> migrations.RunSQL:
    """A row of this table, so written, needs an entry of this verb about this thing by this actor.

    `of` is the kind of the thing and the column that holds its id; `who` the column of the account,
    or that of the officer code and `code`.
    """
    said = "', '".join([verb, *of, *who])
    return migrations.RunSQL(
        f"create constraint trigger {name} after {when} execute function"
        f" audit_demands_entry('{said}')",
        f"drop trigger {name} on {table}",
    )


def written(table: str) -> str:
    return f"insert on {table} deferrable initially deferred for each row"


def changed(table: str, column: str) -> str:
    """Also where the column is set to what it is: nobody sets it twice without saying so."""
    return (
        f"update of {column} on {table} deferrable initially deferred"
        f" for each row when (old.{column} is distinct from new.{column})"
    )


GOES_ON = """
create function identity_hold_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  soon constant timestamptz := clock_timestamp() + interval '1 minute';
begin
  if tg_op = 'INSERT' then
    if new.confirmed_at is not null or new.ended_at is not null or new.asked_at > soon then
      raise exception 'a hold begins as a request' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if new.confirmed_at > soon or new.expires_at > new.confirmed_at + make_interval(days => new.days) then
    raise exception 'a hold lasts for the days that were asked for' using errcode = 'check_violation';
  end if;
  if old.confirmed_at is not null and (new.confirmed_by_id is distinct from old.confirmed_by_id
       or new.confirmed_label is distinct from old.confirmed_label
       or (new.confirmed_at <= old.confirmed_at and new.expires_at <= old.expires_at) is not true)
     or old.ended_at is not null and (new.ended_at <= old.ended_at) is not true then
    raise exception 'a confirmed hold only becomes shorter' using errcode = 'check_violation';
  end if;
  if old.told_until is not null and (new.told_until >= old.told_until) is not true then
    raise exception 'a hold takes nothing back that was told' using errcode = 'check_violation';
  end if;
  return new;
end $$;
revoke all on function identity_hold_goes_on() from public;
create trigger identity_hold_goes_on before insert or update on identity_disclosurehold
  for each row execute function identity_hold_goes_on();
"""
STAYS = "drop trigger identity_hold_goes_on on identity_disclosurehold; drop function identity_hold_goes_on();"


CALLED = """
create or replace function audit_is_called(p_actor uuid, p_label text)
  returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.identity_posting p
                  where p.account_id = p_actor and p.officer_code = p_label) $$;
"""
QUESTIONS = """
create function identity_question_goes_on() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.answered_at is not null or new.answered_by <> '' or new.verdict <> '' then
      raise exception 'a question begins without an answer' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if old.answered_at is not null
     or (new.reference, new.entry_id, new.entry_at, new.subject_id, new.asker_id, new.officer,
         new.looked_from_id, new.asked_at)
        is distinct from (old.reference, old.entry_id, old.entry_at, old.subject_id, old.asker_id,
                          old.officer, old.looked_from_id, old.asked_at) then
    raise exception 'a question and its answer stand' using errcode = 'check_violation';
  end if;
  return new;
end $$;
revoke all on function identity_question_goes_on() from public;
create trigger identity_question_goes_on before insert or update on identity_lookquestion
  for each row execute function identity_question_goes_on();

create function identity_question_text_stands() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if (new.question_id, new.subject_id, new.words) is distinct from (old.question_id, old.subject_id, old.words)
     or old.answer <> '' and new.answer <> old.answer then
    raise exception 'the words of a question and of its answer stand' using errcode = 'check_violation';
  end if;
  return new;
end $$;
revoke all on function identity_question_text_stands() from public;
create trigger identity_question_text_stands before update on identity_questiontext
  for each row execute function identity_question_text_stands();
"""
NO_QUESTIONS = """
drop trigger identity_question_text_stands on identity_questiontext;
drop function identity_question_text_stands();
drop trigger identity_question_goes_on on identity_lookquestion;
drop function identity_question_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0016_what_is_ones_own"),
        ("audit", "0017_acts_leave_their_entry"),
    ]
    operations = [
        migrations.RunSQL(CALLED),
        demand(
            "identity_declaredrelative",
            "identity_relative_end_is_recorded",
            changed("identity_declaredrelative", "ended_by_id"),
            "relative.ended",
            ("identity.declaredrelative", "id"),
            "ended_by_id",
        ),
        migrations.RunSQL(GOES_ON, STAYS),
        migrations.RunSQL(QUESTIONS, NO_QUESTIONS),
        demand(
            "identity_disclosurehold",
            "identity_hold_is_asked",
            written("identity_disclosurehold"),
            "hold.asked",
            (HOLD, "reference"),
            "asked_by_id",
        ),
        demand(
            "identity_disclosurehold",
            "identity_hold_is_confirmed",
            changed("identity_disclosurehold", "confirmed_by_id"),
            "hold.confirmed",
            (HOLD, "reference"),
            "confirmed_by_id",
        ),
        demand(
            "identity_protectedperson",
            "identity_protection_is_begun",
            written("identity_protectedperson"),
            "protection.begun",
            (PROTECTION, "id"),
            "entered_by_id",
        ),
        demand(
            "identity_protectedperson",
            "identity_protection_end_is_asked",
            changed("identity_protectedperson", "end_asked_by_id"),
            "protection.end_asked",
            (PROTECTION, "id"),
            "end_asked_by_id",
        ),
        demand(
            "identity_protectedperson",
            "identity_protection_is_ended",
            changed("identity_protectedperson", "ended_by_id"),
            "protection.ended",
            (PROTECTION, "id"),
            "ended_by_id",
        ),
        demand(
            "identity_lookquestion",
            "identity_question_is_asked",
            written("identity_lookquestion"),
            "question.asked",
            (QUESTION, "reference"),
            "asker_id",
        ),
        demand(
            "identity_lookquestion",
            "identity_question_is_answered",
            changed("identity_lookquestion", "answered_by"),
            "question.answered",
            (QUESTION, "reference"),
            "answered_by",
            "code",
        ),
    ]
