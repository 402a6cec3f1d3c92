"""What an intruder in the web process, or in the sealer, may try against the trail: all refused.

Both roles are tried on a trail with entries, words, openings and a seal. What is refused changes
nothing, and the check afterwards finds the trail whole.
"""

import threading
from contextlib import contextmanager, suppress
from uuid import uuid4

import pytest
from django.db import Error, ProgrammingError, connection, transaction

from audit.kernel.actors import Actor
from audit.sealing.places import waiting_age
from audit.sealing.sources import DatabaseSource
from audit.sealing.verify import verify
from audit.trail import record
from tests.conftest import as_role, as_sealer
from tests.factories.sealing import seal_all, sealed, write

pytestmark = pytest.mark.django_db(transaction=True)

APP, SEALER = "DATABASE_URL", "DATABASE_SEALER_URL"
BOTH = (APP, SEALER)
REFUSED = (
    "permission denied",
    "must be owner",
    "must be superuser",
    "must be a superuser",
    "must be member",
    "append-only",
    "only superuser",
    "does not exist",
    "no schema has been selected",
    "must have privileges",
    "must have admin option",
    "must be a member",
)
MONTH = (
    "(select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_entry'::regclass)"
)
DOOR = (
    "audit_record(uuid,text,text,text,text,uuid,uuid,text,text,text,text,text,text,text,text,"
    "jsonb,uuid[])"
)

FOR_BOTH = [
    # what is there
    "update audit_entry set verb = 'x.y'",
    "update audit_subject set subject = gen_random_uuid()",
    "update audit_detail set body = '{}'",
    "update audit_head set root = ''",
    "update audit_pass set entries = '{}'",
    "update audit_epoch set cluster = ''",
    "update audit_key set public = ''",
    "update audit_policy set seal_may_stand = '100 years'",
    "delete from audit_reached",
    "update audit_opening set at = now() + interval '1 day'",
    "delete from audit_entry",
    "delete from audit_subject",
    "delete from audit_detail",
    "delete from audit_head",
    "delete from audit_tile",
    "delete from audit_key",
    "delete from audit_policy",
    "truncate audit_entry",
    "truncate audit_entry, audit_subject, audit_detail cascade",
    "truncate audit_tile",
    "merge into audit_entry e using audit_head h on e.id = h.number when matched then delete",
    # entries of one's own making
    "insert into audit_entry(at, actor_label, capacity, department, region, sign_in, verb,"
    " object_kind, object_id, purpose_kind, purpose, outcome, request_id)"
    " values (now(), '', 'clerk', '', '', '', 'x.y', '', '', '', '', 'done', '')",
    "insert into audit_entry(id, at, xid) overriding system value values (1, now(), '3')",
    "insert into audit_subject(entry_id, subject, at) values (1, gen_random_uuid(), now())",
    "insert into audit_detail(entry_id, at, salt, body, subjects)"
    " values (1, now(), gen_random_uuid(), '{}', '{}')",
    "insert into audit_opening(subject) values (gen_random_uuid())",
    "insert into audit_opening(id, xid, subject) overriding system value"
    " values (1, pg_current_xact_id(), gen_random_uuid())",
    "insert into audit_policy values (2)",
    "copy audit_entry from stdin",
    "copy audit_opening(subject) from stdin",
    "copy audit_entry to program 'cat'",
    "copy audit_entry from program 'cat'",
    "copy audit_entry to '/tmp/trail'",
    "copy audit_entry from '/etc/passwd'",
    # numbers
    "select nextval('audit_entry_id_seq')",
    "select setval('audit_entry_id_seq', 1)",
    "select setval('audit_opening_id_seq', 1)",
    "alter sequence audit_entry_id_seq restart",
    # the shape of things
    "drop table audit_entry cascade",
    "drop table audit_head",
    f"drop function {DOOR}",
    "drop function audit_opened() cascade",
    "drop trigger audit_entry_append_only on audit_entry",
    "drop policy gate on audit_detail",
    "drop policy gate on identity_persondetail",
    "alter table audit_entry disable trigger user",
    "alter table audit_head disable trigger all",
    "alter table audit_entry disable row level security",
    "alter table identity_persondetail no force row level security",
    "alter table audit_entry add column note text",
    "alter table audit_entry alter at drop not null",
    "alter table audit_entry rename to audit_elsewhere",
    "alter table audit_entry owner to portal_app",
    "alter table audit_entry set schema pg_catalog",
    f"alter function {DOOR} security invoker",
    "alter function audit_opened() owner to portal_app",
    "comment on table audit_entry is 'nothing to see'",
    "create trigger mine before insert on audit_entry execute function audit_refuse_change()",
    "create rule mine as on insert to audit_entry do instead nothing",
    "create policy mine on audit_detail using (true)",
    "create index mine on audit_entry(verb)",
    "create view mine as select * from audit_entry",
    "create statistics mine on id, at from audit_entry",
    "create publication mine for table audit_entry",
    "cluster audit_entry using audit_entry_pkey",
    # names that would be found before ours
    "create schema mine",
    "create table mine(id int)",
    "create temporary table audit_opening(subject uuid)",
    "create function audit_opened() returns uuid[] language sql as 'select null::uuid[]'",
    "create or replace function audit_opened() returns uuid[] language sql"
    " as 'select array_agg(subject) from audit_subject'",
    "create function pg_catalog.now() returns timestamptz language sql as 'select null'",
    "create operator = (leftarg = uuid, rightarg = uuid, function = uuid_ne)",
    "create function public.uuid_eq(uuid, uuid) returns bool language sql as 'select true'",
    "create server elsewhere foreign data wrapper postgres_fdw",
    "do language plpgsql $$ begin execute 'delete from audit_entry'; end $$",
    "set search_path = ''; create table audit_opening(subject uuid)",
    # being somebody else
    "set session_replication_role = replica",
    "set role portal_owner",
    "set session authorization portal_owner",
    "grant portal_owner to current_user",
    "alter role current_user superuser",
    "alter role portal_owner password 'known'",
    "alter default privileges for role portal_owner grant all on tables to public",
    "reassign owned by portal_owner to portal_app",
    "drop owned by portal_owner",
    "alter database postgres set session_replication_role = replica",
    "set log_statement = 'none'",
    # the files and processes below
    "select pg_read_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select lo_import('/etc/passwd')",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    "select pg_reload_conf()",
    "select pg_promote()",
    "select pg_switch_wal()",
    "checkpoint",
    "lock table audit_entry in exclusive mode",
    "lock table audit_subject in share mode",
    "lock table audit_head in access exclusive mode",
    "select from audit_entry for update",
    "select from audit_head for share",
    "prepare mine as delete from audit_entry; execute mine",
    "explain analyze delete from audit_entry",
    "with gone as (delete from audit_entry returning 1) select count(*) from gone",
    # a month directly
    "select * from {month}",
    "insert into {month} select * from audit_entry",
    "update {month} set verb = 'x.y'",
    "delete from {month}",
    "drop table {month}",
    "alter table audit_entry detach partition {month}",
    "alter table {month} disable trigger all",
]
FOR_APP = [
    "insert into audit_head select * from audit_head",
    "insert into audit_epoch select * from audit_epoch",
    "insert into audit_published values ('file', 1, now())",
    "update audit_published set at = now()",
    "delete from audit_published",
    "update audit_tile set hashes = ''",
    "delete from audit_opening",
    "update audit_reached set at = now()",
    "select from audit_reached for update",
    "select * from audit_turn",
    "select from audit_turn for update",
    "lock table audit_turn",
    "lock table audit_tile in share row exclusive mode",
    "select audit_make_room('2030-01-01', '2030-02-01')",
    "select audit_here()",
]
FOR_SEALER = [
    f"select {DOOR.split('(')[0]}()",
    "select audit_opened()",
    "select * from audit_detail",
    "select * from audit_policy",
    "insert into audit_reached values (2)",
    "update audit_turn set id = 2",
    "delete from audit_turn",
    "update audit_tile set hashes = sha256('x')",
    "update audit_tile set place = 7",
    "insert into audit_opening(subject) values (gen_random_uuid())",
    "select * from identity_persondetail",
    "select * from identity_account",
]
OTHERS = {
    "select audit_record()": "does not exist",
    "sha256": "only grows",
    "place = 7": "only grows",
}


# What PostgreSQL lets pass with a warning, and what it only takes outside a transaction.
WITHOUT_EFFECT = (
    "grant all on audit_entry to current_user",
    "grant insert on audit_opening to public",
    "grant execute on function audit_make_room(date, date) to public",
    "revoke select on audit_head from portal_app",
    "vacuum full audit_head",
)


def named(statement: str) -> str:
    """The statement with the name of a month of the trail in it."""
    if "{month}" not in statement:
        return statement
    with connection.cursor() as cursor:
        cursor.execute(f"select min(m) from {MONTH} as months(m)")
        return statement.format(month=cursor.fetchone()[0])


def try_it(statement: str) -> str:
    """What the database says to it; nothing if it lets it pass."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(named(statement))
            transaction.set_rollback(True)
    except Error as refusal:
        return str(refusal)
    return ""


@contextmanager
def on_a_trail(role: str):
    sealed(2)
    with transaction.atomic():
        record(
            actor=Actor.system("test"), verb="test.words", subjects=[uuid4()], detail={"why": "so"}
        )
    with as_role(role):
        yield
    with as_sealer():
        seal_all()
    assert verify(DatabaseSource()).faults == []


@pytest.mark.parametrize(
    ("role", "statements"),
    [(APP, FOR_BOTH), (SEALER, FOR_BOTH), (APP, FOR_APP), (SEALER, FOR_SEALER)],
    ids=["app", "sealer", "app alone", "sealer alone"],
)
def test_every_way_round_the_door_is_refused(role: str, statements: list[str]) -> None:
    unexpected = {}
    with on_a_trail(role):
        for statement in statements:
            words = try_it(statement)
            if not any(one in words for one in (*REFUSED, "only grows")):
                unexpected[statement] = words
    assert unexpected == {}


@pytest.mark.parametrize("role", BOTH)
def test_what_is_let_pass_with_a_warning_changes_no_right(role: str) -> None:
    before = rights()
    with on_a_trail(role), connection.cursor() as cursor:
        for statement in WITHOUT_EFFECT:
            with suppress(ProgrammingError):
                cursor.execute(statement)
    assert rights() == before


def rights() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("select oid, relacl::text from pg_class where relname like 'audit%'")
        tables = cursor.fetchall()
        cursor.execute("select oid, proacl::text from pg_proc where proname like 'audit%'")
        return sorted(tables) + sorted(cursor.fetchall())


@pytest.mark.parametrize("role", BOTH)
@pytest.mark.parametrize(
    "statement",
    [
        "alter system set fsync = off",
        "create database mine",
        "create subscription s connection 'host=localhost' publication p",
    ],
)
def test_the_server_itself_is_out_of_reach(role: str, statement: str) -> None:
    with as_role(role), pytest.raises(Error, match=r"permission denied|must be superuser"):
        connection.cursor().execute(statement)


def test_settings_of_a_session_open_nothing() -> None:
    """What a session may set for itself: the search path, the floor of the tests, its patience."""
    sealed(1)
    for statement in (
        "set search_path = ''",
        "set search_path = pg_temp, public",
        "set row_security = off",
        "set audit.floor = '-1'",
        "set default_transaction_isolation = 'serializable'",
        "set lock_timeout = 0",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            with pytest.raises(Error), transaction.atomic():
                cursor.execute("select * from public.audit_detail, public.audit_opened()")
            transaction.set_rollback(True)


def test_no_advisory_lock_holds_the_sealer_up() -> None:
    """The one that used to be the sealer's, and a thousand others, taken and kept."""
    write(1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(7265616301)")
            cursor.execute("select pg_advisory_lock(n) from generate_series(1, 1000) n")
            cursor.execute("begin; lock table audit_head, audit_tile in access share mode")
    except Error:
        pytest.fail("a lock that anybody may take was refused")
    finally:
        with as_sealer():
            assert sum(seal_all()) == 1
        other.close()


def test_a_transaction_kept_open_stops_no_head_and_is_noticed_by_the_entries_that_wait() -> None:
    sealed(1)
    ready, go_on = threading.Event(), threading.Event()

    def sleeper() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id()")
            ready.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=sleeper)
    thread.start()
    assert ready.wait(30)
    try:
        write(1)
        assert waiting_age() is not None
    finally:
        go_on.set()
        thread.join()
    with as_sealer():
        seal_all()
    assert waiting_age() is None


@pytest.mark.parametrize("hand", ["large objects", "messages", "statistics"])
def test_what_anybody_may_do_touches_nothing_of_ours(hand: str) -> None:
    harmless = {
        "large objects": "select lo_create(0)",
        "messages": "listen anything; notify anything, 'entry 1 was never there'; unlisten *",
        "statistics": "analyze audit_head",
    }
    with on_a_trail(APP), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(harmless[hand])
        transaction.set_rollback(True)


def test_what_a_session_asks_is_shown_to_no_other_of_the_same_role() -> None:
    """Values stand in the text of a statement: the words of people could be read as they come."""
    other = connection.copy()
    try:
        with other.cursor() as theirs, connection.cursor() as ours:
            theirs.execute("select pg_backend_pid(), %s", ["words of somebody"])
            [(pid, _words)] = theirs.fetchall()
            ours.execute("select coalesce(query, '') from pg_stat_activity where pid = %s", [pid])
            assert ours.fetchall() == [("",)]
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                ours.execute("set track_activities = on")
    finally:
        other.close()
