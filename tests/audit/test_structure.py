"""How the database is built is held against what the migrations make, and what differs is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.structure.comparing import WORDING, as_plan, differences, faults_of_structure
from audit.structure.reading import read_facts
from audit.structure.wordings import other_wordings
from tests.conftest import as_owner

WRITE = (
    "a migration changed how the database is built: `manage.py migrate"
    " --settings=portal.settings_owner`, then `manage.py audit_structure --write`, as owner too"
)


@contextmanager
def changed(statement: str, owner: bool = True) -> Iterator[None]:
    """The statement carried out for as long as the block lasts."""
    if not owner:
        with transaction.atomic():
            connection.cursor().execute(statement)
            yield
            transaction.set_rollback(True)
        return
    with as_owner(), transaction.atomic():
        connection.cursor().execute(statement)
        yield
        transaction.set_rollback(True)


def found() -> list[str]:
    return [str(fault) for fault in faults_of_structure()]


@pytest.mark.django_db(transaction=True)
def test_the_file_says_what_the_migrations_make() -> None:
    """On every PostgreSQL that is supported: the wording is the same on 15 and 18."""
    kept = json.loads(settings.STRUCTURE_FILE.read_text(encoding="utf-8"))
    now = as_plan(read_facts())
    with as_owner():
        now[WORDING] = other_wordings()
    for kind in kept.keys() | now.keys():
        assert now.get(kind, {}) == kept.get(kind, {}), WRITE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["portal_app", "portal_owner"])
def test_nothing_differs_after_the_migrations_whoever_asks(role: str) -> None:
    with changed("select 1", owner=role == "portal_owner"):
        assert found() == []


CASES = {
    "create schema portal_sealer": ["changed schema: portal_sealer should not be there"],
    "create operator === (leftarg = text, rightarg = text, function = texteq)": [
        "changed operator: ===(text,text) should not be there"
    ],
    "create domain public.uuid as text": ["changed type: uuid should not be there"],
    "alter table identity_persondetail disable row level security": [
        "changed table: identity_persondetail should be “row security on”, is “row security off”"
    ],
    "alter table audit_opening alter xid set default '1'": [
        "changed column: xid of audit_opening should be “else pg_current_xact_id()”,"
        " is “else '1'::xid8”"
    ],
    "alter table identity_message alter kind drop not null": [
        "changed column: kind of identity_message should be “never empty”, is “may be empty”"
    ],
    'alter table identity_message alter kind type text collate "C"': [
        "changed column: kind of identity_message should be “character varying(64)”,"
        " is “text; in the order of C”"
    ],
    "alter table identity_message add sum text generated always as (kind) stored": [
        "changed column: sum of identity_message should not be there"
    ],
    "drop policy gate on identity_message": ["changed policy: gate of identity_message is missing"],
    "alter policy gate on identity_message using (true)": [
        "changed policy: gate of identity_message should be “rows ((( SELECT audit_opened() AS"
        " audit_opened) IS NOT NULL) AND (subject_id = ANY (( SELECT audit_opened() AS"
        " audit_ope…”, is “rows true”"
    ],
    "create policy more on identity_message using (true)": [
        "changed policy: more of identity_message should not be there"
    ],
    "alter table audit_entry disable trigger audit_entry_append_only": [
        "changed trigger: audit_entry_append_only of audit_entry should be “on”, is “off”"
    ],
    "alter table audit_head enable replica trigger audit_head_append_only": [
        "changed trigger: audit_head_append_only of audit_head should be “on”,"
        " is “on in replication only”"
    ],
    "drop trigger audit_verdict_is_recorded on audit_sentinelverdict": [
        "changed trigger: audit_verdict_is_recorded of audit_sentinelverdict is missing"
    ],
    "do $x$ begin execute format('alter table %%1$I disable trigger %%2$I',"
    " to_char(now(), '\"audit_subject_\"YYYY_MM'),"
    ' to_char(now(), \'"audit_subject_"YYYY_MM"_append_only"\')); end $x$': [
        "changed trigger: audit_subject_MONTH_append_only of audit_subject_MONTH"
        " should be “on”, is “off”"
    ],
    "do $x$ begin execute format('grant insert on %%I to portal_app',"
    " to_char(now(), '\"audit_entry_\"YYYY_MM')); end $x$": [
        "changed rights: portal_app on audit_entry_MONTH should not be there"
    ],
    "create or replace function audit_opened() returns uuid[] language plpgsql stable"
    " security definer set search_path = pg_catalog, pg_temp as 'begin return null; end'": [
        "changed function: audit_opened() should be “body "
    ],
    "alter function audit_opened() security invoker": [
        "changed function: audit_opened() should be “with the owner's rights”,"
        " is “with the caller's rights”"
    ],
    "alter function audit_opened() set search_path = public": [
        "changed function: audit_opened() should be “set search_path=pg_catalog, pg_temp”,"
        " is “set search_path=public”"
    ],
    "grant execute on function audit_here() to public": [
        "changed function: audit_here() is “called by everybody”"
    ],
    "create function audit_opened(p int) returns int language sql as 'select 1'": [
        "changed function: audit_opened(p integer) should not be there"
    ],
    "grant update on audit_entry to portal_app": [
        "changed rights: portal_app on audit_entry is “update”"
    ],
    "grant update (verb) on audit_entry to portal_sealer": [
        "changed rights: portal_sealer on audit_entry is “update of verb”"
    ],
    "revoke select on audit_entry from portal_sealer": [
        "changed rights: portal_sealer on audit_entry is missing"
    ],
    "grant create on schema public to portal_app": [
        "changed rights: portal_app on the schema is “create”"
    ],
    "alter default privileges in schema public grant truncate on tables to portal_app": [
        "changed rights: portal_app on what portal_owner makes anew (tables) is “truncate”"
    ],
    "alter table audit_sentinelverdict drop constraint audit_verdict_of_another_person": [
        "changed constraint: audit_verdict_of_another_person of audit_sentinelverdict is missing"
    ],
    "create view everybody as select * from identity_persondetail": [
        "changed table: everybody should not be there",
        "changed rights: portal_app on everybody should not be there",
    ],
    "create rule none as on delete to audit_outbox do instead nothing": [
        "changed table: audit_outbox is “rule none”"
    ],
    "alter table audit_opening set logged": [
        "changed table: audit_opening should be “not logged”, is “logged”"
    ],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", CASES, ids=list(CASES))
def test_what_the_owner_changes_is_named(statement: str) -> None:
    with changed(statement.replace("%%", "%")):
        month = connection.cursor()
        month.execute("select to_char(now(), '_YYYY_MM')")
        here = month.fetchone()[0]
        said = found()
    expected = [one.replace("_MONTH", here) for one in CASES[statement]]
    assert len(said) == len(expected)
    assert [one[: len(two)] for one, two in zip(said, expected, strict=True)] == expected


@pytest.mark.xdist_group("roles")  # which all processes of a run share
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "alter role portal_app set search_path = 'somewhere', 'public'",
            "changed setting: search_path of portal_app should not be there",
        ),
        (
            "alter role portal_app set statement_timeout = '1ms'",
            "changed setting: statement_timeout of portal_app should be “30s”, is “1ms”",
        ),
        (
            "alter role portal_app reset lock_timeout",
            "changed setting: lock_timeout of portal_app is missing",
        ),
    ],
)
def test_what_the_application_role_sets_for_itself_is_named(statement: str, words: str) -> None:
    """PostgreSQL lets every role do this; nothing can forbid it."""
    with changed(statement, owner=False):
        assert found() == [words]


@pytest.mark.django_db(transaction=True)
def test_names_are_read_alike_whatever_the_reader_has_set() -> None:
    with changed("set local search_path = pg_catalog; set local quote_all_identifiers = on"):
        assert found() == []


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_differs_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with changed("drop policy gate on identity_message"), pytest.raises(CommandError):
        call_command("audit_structure")
    assert "changed policy: gate of identity_message is missing" in capsys.readouterr().out


def test_a_room_that_is_missing_something_is_not_covered_by_the_others() -> None:
    plan = {"trigger": {"t_MONTH of r_MONTH": ["on"]}, "table": {"r_MONTH": ["x"], "r": ["x"]}}
    whole = {"t_2026_11 of r_2026_11": ["on"], "t_2026_12 of r_2026_12": ["on"]}
    tables = {"r": ["x"], "r_2026_11": ["x"], "r_2026_12": ["x"]}
    assert list(differences(plan, {"trigger": whole, "table": tables})) == []
    short = {"t_2026_11 of r_2026_11": ["on"]}
    (fault,) = differences(plan, {"trigger": short, "table": tables})
    assert str(fault) == "changed trigger: t_2026_12 of r_2026_12 is missing"
    with pytest.raises(ValueError, match="not alike"):
        as_plan({"trigger": {**whole, "t_2026_12 of r_2026_12": ["off"]}, "table": tables})
