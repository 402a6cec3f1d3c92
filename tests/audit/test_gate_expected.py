"""What PostgreSQL expects of a question tells nothing of the values behind the gate."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.gate import values_not_counted
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

MANY = """
alter table identity_person disable trigger user;
with made as (
  insert into identity_person(id, masked_name, created_at)
  select gen_random_uuid(), '王*', now() from generate_series(1, 3000) returning id)
insert into identity_persondetail
  (subject_id, name, citizen_number, phone, birth_date, sex, household_address)
select id, '王芳', '', '', '2003-07-01', '', '' from made;
alter table identity_person enable trigger user;
analyze identity_persondetail;
"""
COUNTED = "alter table identity_persondetail alter column sex set statistics 100;"
KNOWN = "select attname from pg_stats where tablename = 'identity_persondetail' order by 1"
OWNERS_MAY = 180000
WORDS = """
select audit_make_room('{month}', '{month}');
insert into audit_detail(entry_id, at, salt, body, subjects)
select n, '{month}', gen_random_uuid(), jsonb_build_object('why', repeat('y', n % 3)), '{{}}'
  from generate_series(1, 1000) n;
analyze audit_detail;
"""
WORDS_COUNTED = """
select distinct attname from pg_stats where tablename like 'audit_detail%' order by 1
"""
COUNTED_AGAIN = "alter table audit_detail alter column body set statistics 100"
NOT_COUNTED = import_module("audit.migrations.0043_words_are_not_counted").NOT_COUNTED
KNOWN = "select attname from pg_stats where tablename = 'identity_persondetail' order by 1"
OWNERS_MAY = 180000
WORDS = """
select audit_make_room('{month}', '{month}');
insert into audit_detail(entry_id, at, salt, body, subjects)
select n, '{month}', gen_random_uuid(), jsonb_build_object('why', repeat('y', n % 3)), '{{}}'
  from generate_series(1, 1000) n;
analyze audit_detail;
"""
COUNTED_OF_WORDS = (
    "select distinct attname from pg_stats where tablename like 'audit_detail%' order by 1"
)
COMPARISONS = [
    ("name = '王芳'", "name = '王方'"),
    ("name < '王芴'", "name < '王'"),
    ("birth_date = '2003-07-01'", "birth_date = '2003-07-02'"),
    ("birth_date <> '2003-07-01'", "birth_date <> '2003-07-02'"),
]


def as_its_owner(statements: str) -> list[tuple]:
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements)
        return cursor.fetchall() if cursor.description else []


def expected(comparison: str) -> tuple[float, int]:
    """Cost and rows of the question, as the application's role is told without asking it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "explain (format json) select a.name from identity_persondetail a,"
            f" identity_persondetail b where a.{comparison}"
        )
        plan = cursor.fetchone()[0][0]["Plan"]
    return plan["Total Cost"], plan["Plan Rows"]


@pytest.mark.parametrize(("right", "wrong"), COMPARISONS)
def test_as_much_is_expected_of_a_right_guess_as_of_a_wrong_one(right: str, wrong: str) -> None:
    as_its_owner(MANY)
    assert expected(right) == expected(wrong)


def test_what_was_counted_before_is_forgotten_where_its_owner_may() -> None:
    as_its_owner(COUNTED + MANY)
    assert as_its_owner(KNOWN) == [("sex",), ("subject_id",)]
    as_its_owner(str(values_not_counted().sql))
    before_18 = [("sex",)] if connection.pg_version < OWNERS_MAY else []
    assert as_its_owner(KNOWN) == [*before_18, ("subject_id",)]


def test_nothing_but_keys_of_gated_tables_is_counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct a.atttypid::regtype::text from pg_class c"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where c.relrowsecurity and c.relkind = 'r'"
            " and coalesce(a.attstattarget, -1) <> 0 order by 1"
        )
        assert cursor.fetchall() == [("bigint",), ("uuid",)]


def counted_of_words(before: str = "", after: str = "") -> list[str]:
    """What is counted of entries' words, of a month there was when the trail was made and of one
    the sealer makes room for later; nothing of it stays."""
    today = timezone.now().date().replace(day=1)
    months = (today, (today + timedelta(days=400)).replace(day=1))
    steps = [before, *(WORDS.format(month=month) for month in months), after, WORDS_COUNTED]
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for step in filter(None, steps):
            cursor.execute(step)
        found = [name for (name,) in cursor.fetchall()]
        transaction.set_rollback(True)
    return found


def test_nothing_but_keys_of_the_words_of_entries_is_counted_in_any_month() -> None:
    assert counted_of_words() == ["at", "entry_id", "salt", "subjects"]


def test_what_was_counted_of_words_is_forgotten_where_its_owner_may() -> None:
    assert "body" in counted_of_words(COUNTED_AGAIN)
    before_18 = connection.pg_version < OWNERS_MAY
    assert ("body" in counted_of_words(COUNTED_AGAIN, NOT_COUNTED)) is before_18
