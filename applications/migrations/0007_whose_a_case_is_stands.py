"""Whose a case is and who fills it in stands; and whoever begins one may ask for its subject.

A case opens those in it to each other (`applications_in_the_case`). So nobody is put into one who
does not ask for themselves, is led by the applicant, or gave the applicant a mandate.
"""

from django.db import migrations

STANDS = """
create trigger applications_case_stands before update on applications_application for each row
  when ((old.id, old.subject_id, old.subject_kind, old.applicant_id, old.mandate_id)
        is distinct from (new.id, new.subject_id, new.subject_kind, new.applicant_id, new.mandate_id))
  execute function audit_stands('whose a case is');

create function applications_case_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.subject_id <> new.applicant_id
     and not exists (select from public.identity_organisation o
                      where o.id = new.subject_id and o.legal_representative_id = new.applicant_id)
     -- By a day more either way: which day it is where somebody lives the portal says.
     and not exists (select from public.identity_mandate m
                      where m.holder_id = new.applicant_id
                        and new.subject_id in (m.for_person_id, m.for_organisation_id)
                        and m.revoked_at is null
                        and current_date between m.valid_from - 1 and m.valid_to + 1) then
    raise exception 'nobody asks for somebody without a right to' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function applications_case_begins() from public;
create trigger applications_case_begins before insert on applications_application
  for each row execute function applications_case_begins();
"""
BACK = """
drop trigger applications_case_begins on applications_application;
drop function applications_case_begins();
drop trigger applications_case_stands on applications_application;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0006_a_case_names_who_is_in_it"),
        ("identity", "0018_what_is_ones_own_stands"),
    ]
    operations = [migrations.RunSQL(STANDS, BACK)]
