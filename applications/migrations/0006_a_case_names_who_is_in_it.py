"""Whoever a case is about, or fills it in, records the other of the two with it.

A case is named whole: somebody who reads an own case that another person filled in leaves an entry
that this person sees. So the door of the trail takes both names, for just that case and its letter.
"""

from django.db import migrations

OWN = """
create function applications_in_the_case(p_kind text, p_object text)
  returns uuid[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  asked uuid;
  found uuid[];
begin
  if p_object !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    return '{}';
  end if;
  asked := p_object::uuid;
  if p_kind = 'applications.outcome' then
    select o.application_id into asked from public.applications_outcome o where o.id = asked;
  elsif p_kind <> 'applications.application' then
    return '{}';
  end if;
  select array[a.subject_id, a.applicant_id] into found
    from public.applications_application a where a.id = asked;
  return coalesce(found, '{}');
end $$;
revoke all on function applications_in_the_case(text, text) from public;

create or replace function audit_is_own(p_actor uuid, p_kind text, p_object text, p_subjects uuid[])
  returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  own constant uuid[] := public.identity_own_subjects(p_actor, p_kind, p_object);
  of_the_case uuid[];
begin
  if p_subjects <@ own then
    return true;
  end if;
  of_the_case := public.applications_in_the_case(p_kind, p_object);
  return of_the_case && own and p_subjects <@ (own || of_the_case);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_rights"),
        ("identity", "0016_what_is_ones_own"),
    ]
    operations = [migrations.RunSQL(OWN)]
