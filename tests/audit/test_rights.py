"""Every table is decided about, and nobody has more rights than are written down."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from audit.kernel.actors import Actor
from audit.trail import record
from tests.conftest import as_sealer, close_gate
from tests.rights import (
    FUNCTIONS,
    GATED,
    KEPT_SEQUENCES,
    READ_COLUMNS,
    SINGLE_COLUMNS,
    TABLES,
)

pytestmark = pytest.mark.django_db

ROLES = ("portal_app", "portal_sealer")
KINDS = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
OURS = "relnamespace = 'public'::regnamespace"
DECIDE = "decide in tests/rights.py what this table holds and who may do what with it"
VALUES = {
    "bool": "false",
    "bytea": "''",
    "date": "current_date",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "jsonb": "'{}'",
    "timestamptz": "now()",
    "uuid": "gen_random_uuid()",
}

AS_CONSTRAINTS_ASK = {"identity_dispute": {"state": "'open'"}}
SUBJECTS = {
    "identity_declaredrelative": "account_id",
    "identity_householdmark": "person_id",
    "identity_protectedperson": "entered_by_id",
}


def asked(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def rights_of(role: str) -> dict[str, str]:
    """The first letters of what a role may do with each table, partitions too."""
    rows = asked(
        "select c.relname, coalesce(string_agg(left(k, 1), '' order by n), '')"
        "  from pg_class c left join unnest(%s::text[]) with ordinality as w(k, n)"
        "    on has_table_privilege(%s, c.oid, k)"
        f" where c.{OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f') group by 1",
        list(KINDS),
        role,
    )
    return dict(rows)


def partitions() -> set[str]:
    rows = asked(f"select relname from pg_class where relispartition and relkind = 'r' and {OURS}")
    return {name for (name,) in rows}


def test_every_table_is_decided_about() -> None:
    there = set(rights_of("portal_app")) - partitions()
    assert there - set(TABLES) == set(), DECIDE
    assert set(TABLES) - there == set(), "these tables are no longer there"


def test_both_roles_have_exactly_the_rights_that_are_written_down() -> None:
    app, sealer = rights_of("portal_app"), rights_of("portal_sealer")
    for name, table in TABLES.items():
        assert (name, app.get(name), sealer.get(name)) == (name, table.app, table.sealer)


def test_neither_role_has_any_right_on_a_partition() -> None:
    assert len(partitions()) >= 12
    for role in ROLES:
        rights = rights_of(role)
        assert {name: rights[name] for name in partitions() if rights[name]} == {}


@pytest.mark.parametrize(
    ("kind", "columns"), [("UPDATE", SINGLE_COLUMNS), ("SELECT", READ_COLUMNS)]
)
def test_single_columns_are_those_written_down(kind: str, columns: set[tuple[str, str]]) -> None:
    found = asked(
        "select p.table_name, p.column_name from information_schema.column_privileges p"
        "  where p.grantee = any(%s) and p.privilege_type = %s"
        "    and not has_table_privilege(p.grantee::text, quote_ident(p.table_name), %s)",
        list(ROLES),
        kind,
        kind,
    )
    assert set(found) == columns


def test_neither_role_owns_anything_or_belongs_to_another() -> None:
    for owned in (
        "select relname from pg_class where relowner::regrole::text = any(%s)",
        "select proname from pg_proc where proowner::regrole::text = any(%s)",
        "select roleid from pg_auth_members where member::regrole::text = any(%s)",
    ):
        assert asked(owned, list(ROLES)) == []
    powers = (
        "select rolname from pg_roles where rolname = any(%s) and"
        " (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)"
    )
    assert asked(powers, list(ROLES)) == []
    for role in ROLES:
        places = (
            "select has_schema_privilege(%s, 'public', 'create'),"
            " has_database_privilege(%s, current_database(), 'create'),"
            " has_database_privilege(%s, current_database(), 'temporary')"
        )
        assert asked(places, role, role, role) == [(False, False, False)]


def test_functions_are_called_by_those_written_down() -> None:
    found: dict[str, set[str]] = {}
    for role in ROLES:
        for name, may in asked(
            "select proname, has_function_privilege(%s, oid, 'execute') from pg_proc"
            " where pronamespace = 'public'::regnamespace",
            role,
        ):
            found.setdefault(name, set()).update({role} if may else set())
    assert found == FUNCTIONS
    nobody_else = (
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
        "             where a.grantee = 0)"
    )
    assert asked(nobody_else) == []
    # What runs with the owner's rights looks nowhere but where it was told.
    assert (
        asked(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
            " and not coalesce('search_path=pg_catalog, pg_temp' = any(proconfig), false)"
        )
        == []
    )


def test_sequences_of_the_trail_are_out_of_reach() -> None:
    found = asked(f"select relname from pg_class where relkind = 'S' and {OURS}")
    rows = asked(
        "select name, has_sequence_privilege('portal_app', name, 'usage'),"
        " has_sequence_privilege('portal_app', name, 'update'),"
        " has_sequence_privilege('portal_sealer', name, 'usage, update') from unnest(%s) name",
        [name for (name,) in found],
    )
    assert {name for name, drawn, _set, _sealer in rows if not drawn} == KEPT_SEQUENCES
    assert [name for name, _drawn, is_set, sealer in rows if is_set or sealer] == []


def test_what_is_written_down_as_gated_is_gated_and_nothing_else() -> None:
    rows = asked(f"select relname from pg_class where relrowsecurity and {OURS}")
    gated = {name for name, table in TABLES.items() if table.holds == GATED}
    assert {name for (name,) in rows} == gated


GATED_MODELS = [
    model
    for model in apps.get_models()
    if model._meta.db_table in TABLES and TABLES[model._meta.db_table].holds == GATED
]


@pytest.mark.parametrize("model", GATED_MODELS, ids=[one.__name__ for one in GATED_MODELS])
def test_reading_a_gated_table_without_a_record_is_an_error(model: type[models.Model]) -> None:
    """Also with `objects.all()` in a shell. The row is made of nothing: only that it is there
    matters, so its foreign keys are never looked at."""
    with transaction.atomic():
        subject = uuid4()
        detail = {"why": "words"} if model._meta.db_table == "audit_detail" else None
        record(actor=Actor.system("test"), verb="test.put", subjects=[subject], detail=detail)
        if detail is None:
            put_a_row(model._meta.db_table, str(subject))
        refusal = "has recorded nobody"
        if "s" in TABLES[model._meta.db_table].app or detail:
            assert model._base_manager.count() == 1
        else:
            refusal = "permission denied"
        close_gate()
        for read in (list, len, lambda rows: rows.count(), lambda rows: rows.first()):
            with pytest.raises(ProgrammingError, match=refusal), transaction.atomic():
                read(model._base_manager.all())
        transaction.set_rollback(True)


def put_a_row(table: str, subject: str) -> None:
    """One row with a plain value in every column that must have one."""
    columns = asked(
        "select column_name, udt_name from information_schema.columns where table_name = %s"
        " and is_nullable = 'NO' and column_default is null and is_identity = 'NO'",
        table,
    )
    values = {name: VALUES.get(kind, "'{}'" if kind[0] == "_" else "''") for name, kind in columns}
    values[SUBJECTS.get(table, "subject_id")] = f"'{subject}'"
    values |= AS_CONSTRAINTS_ASK.get(table, {})
    names = ", ".join(f'"{name}"' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {table}({names}) values ({', '.join(values.values())})")


def test_every_gated_table_has_its_model() -> None:
    names = {model._meta.db_table for model in GATED_MODELS}
    assert names == {name for name, table in TABLES.items() if table.holds == GATED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", sorted(name for name, one in TABLES.items() if not one.sealer))
def test_the_sealer_reads_nothing_it_does_not_seal(table: str) -> None:
    with as_sealer(), pytest.raises(ProgrammingError, match="permission denied"):
        asked(f"select * from {table}")
