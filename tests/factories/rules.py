"""Rules of a test. The application may not write one: a function of the owner does it for tests, so
that a rule is undone with its test."""

import json
from typing import Any

from django.db import connection
from django.forms.models import model_to_dict

from applications.compliance.loading import read_rules
from applications.models import Rule

PUT = """
create schema tests;
grant usage on schema tests to portal_app;
create function tests.put_rule(p_row jsonb) returns bigint
  language sql security definer set search_path = public, pg_temp as $$
  insert into applications_rule
    (code, title, title_en, items, condition, effect, legal_basis, override, is_sample, is_active)
  select r.code, r.title, r.title_en, r.items, r.condition, r.effect, r.legal_basis, r.override,
         r.is_sample, r.is_active
    from jsonb_populate_record(null::applications_rule, p_row) r
  on conflict (code) do update set
    (title, title_en, items, condition, effect, legal_basis, override, is_sample, is_active)
    = row(excluded.title, excluded.title_en, excluded.items, excluded.condition, excluded.effect,
          excluded.legal_basis, excluded.override, excluded.is_sample, excluded.is_active)
  returning id $$;
grant execute on function tests.put_rule(jsonb) to portal_app;
"""


def put_rule(**fields: Any) -> Rule:
    """Write a rule as a loading of rules does, or change the one of this code."""
    row = model_to_dict(Rule(**fields), exclude=["id"])
    with connection.cursor() as cursor:
        cursor.execute("select tests.put_rule(%s::jsonb)", [json.dumps(row)])
        return Rule.objects.get(pk=cursor.fetchone()[0])


def change_rule(rule: Rule, **fields: Any) -> Rule:
    """The same rule with other words, conditions or effects."""
    return put_rule(**{**model_to_dict(rule, exclude=["id"]), **fields})


def put_rules_of_the_file() -> None:
    """All rules that come with the portal."""
    for code, fields in read_rules().items():
        put_rule(code=code, **fields)
