"""Only an officer's entry carries an officer's code, a department or a region.

Entries of citizens, delegates, jobs and of people nobody knows yet were taken with whatever code was
said: an officer's week counted looks that were not the officer's. A citizen's entry is of an account
of a citizen's now, and a job's of none. Jobs are named in small letters, and no new officer code is.
"""

import django.core.validators
from django.db import migrations, models

WHO = """
create or replace function audit_check_who(p_actor uuid, p_label text, p_capacity text, p_department text, p_region text)
  returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  kind text;
begin
  if p_capacity in ('clerk', 'superior', 'supervisor', 'catalogue', 'lead', 'sysadmin', 'secadmin') then
    if not coalesce(public.audit_may_act(p_actor, p_label, p_capacity, p_department, p_region), false) then
      raise exception 'nobody acts as % under this account', p_capacity
        using errcode = 'invalid_authorization_specification',
        hint = 'Officers act in a confirmed posting in force: its account, code, capacity, department and region.';
    end if;
    return;
  end if;
  -- Who is of no capacity we know would stand in no list of looks.
  if p_capacity not in ('anonymous', 'citizen', 'delegate', 'system') then
    raise exception 'nobody acts as %', p_capacity using errcode = 'invalid_parameter_value';
  end if;
  if p_department <> '' or p_region <> '' then
    raise exception 'only officers act for a department of a region' using errcode = 'invalid_parameter_value';
  end if;
  if p_capacity = 'system' then
    if p_label !~ '^[a-z][a-z _-]*$' then
      raise exception 'a job is named in small letters' using errcode = 'invalid_parameter_value',
        hint = 'Codes of officers are no names of jobs.';
    end if;
    if p_actor is not null then
      raise exception 'a job has no account' using errcode = 'invalid_parameter_value';
    end if;
    return;
  end if;
  if p_label <> '' then
    raise exception 'only officers act under a code' using errcode = 'invalid_parameter_value';
  end if;
  kind := (select a.kind from public.identity_account a where a.id = p_actor);
  if p_capacity <> 'anonymous' and kind is distinct from 'citizen' then
    raise exception 'a citizen acts under an account of a citizen''s' using errcode = 'invalid_parameter_value';
  end if;
  -- An officer without a post signs in, is told so, and is nobody.
  if p_capacity = 'anonymous' and p_actor is not null and kind is distinct from 'staff' then
    raise exception 'who has an account and is not an officer is a citizen' using errcode = 'invalid_parameter_value';
  end if;
end $$;
"""

NO_JOBS_NAME = """
create function identity_code_is_no_jobs() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'an officer code needs a figure or a capital letter: jobs are named in small letters'
    using errcode = 'check_violation';
end $$;
revoke all on function identity_code_is_no_jobs() from public;
create trigger identity_code_is_no_jobs before insert on identity_posting for each row
  when (new.officer_code ~ '^[a-z][a-z _-]*$') execute function identity_code_is_no_jobs();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0035_the_law_by_its_name"),
        ("audit", "0038_salts_are_nobodys"),
    ]
    operations = [
        migrations.RunSQL(WHO),
        migrations.RunSQL(NO_JOBS_NAME),
        migrations.AlterField(
            "posting",
            "officer_code",
            models.CharField(
                max_length=32,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        r"\A(?![a-z][a-z_-]*\Z)[\w.-]+\Z",
                        "Use letters, figures, dots and dashes, and not small letters alone.",
                    )
                ],
                verbose_name="officer code",
            ),
        ),
    ]
