"""The database the portal brings along: made once, shared, adopted, left in order."""

import ctypes
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

from portal.engine import cluster as cluster_module
from portal.engine import place as place_module
from portal.engine import roles
from portal.engine.account import ServerAccount
from portal.engine.binaries import WHEEL, Binaries, find_binaries, within_reach
from portal.engine.cluster import Cluster
from portal.engine.errors import EngineError
from tests.portal.engine_tools import (
    as_account,
    ask,
    folder_in_the_open,
    is_running,
    launcher,
    modes_from,
    postmaster_of,
    server_of,
    tell,
)
from tests.requirements_gate import need

PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_in_the_open() as made:
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """One cluster for the tests that only look."""
    with folder_in_the_open() as made:
        cluster = Cluster(made / "postgres")
        cluster.start()
        yield cluster
        cluster.stop()


def test_three_launchers_at_once_share_one_server_and_the_last_stops_it(folder):
    home = folder / "postgres"
    launchers = [launcher(home) for _ in range(3)]
    assert [each.stdout.readline() for each in launchers] == ["up\n"] * 3
    watcher = Cluster(home, test=True)
    watcher.place.settle()
    server = server_of(watcher)

    for each in launchers[:2]:
        each.communicate()
    assert server_of(watcher) == server
    launchers[2].communicate()

    assert not is_running(watcher)
    assert [each.returncode for each in launchers] == [0, 0, 0]


def test_a_killed_launcher_leaves_a_server_that_the_next_adopts_and_stops(folder):
    home = folder / "postgres"
    killed = launcher(home)
    assert killed.stdout.readline() == "up\n"
    with killed:
        killed.kill()
    watcher = Cluster(home, test=True)
    watcher.place.settle()
    server = server_of(watcher)

    watcher.start()
    assert server_of(watcher) == server
    watcher.stop()

    assert not is_running(watcher)


def test_a_second_user_adopts_the_server_and_leaving_first_does_not_stop_it(folder):
    first, second = Cluster(folder / "postgres", test=True), Cluster(folder / "postgres", test=True)
    first.start()
    second.start()
    assert server_of(first) == server_of(second)

    first.stop()
    assert is_running(second)
    second.stop()
    assert not is_running(second)


def test_what_was_written_is_there_after_the_next_start(folder):
    cluster = Cluster(folder / "postgres")
    cluster.start()
    tell(cluster.url(roles.OWNER), "create table kept as select 'still here' as word")
    cluster.stop()

    again = Cluster(folder / "postgres")
    again.start()
    found = ask(again.url(roles.OWNER), "select word from kept")
    again.stop()
    assert found == [("still here",)]


def test_a_zombie_in_the_place_of_the_server_does_not_keep_it_from_starting(folder):
    """This process becomes the parent of the orphaned server and does not wait for it."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        cluster = Cluster(folder / "postgres", test=True)
        cluster.start()
        server, number = server_of(cluster), postmaster_of(cluster)
        os.kill(number, signal.SIGKILL)
        assert os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT).si_pid == number
        cluster.stop()

        again = Cluster(folder / "postgres", test=True)
        again.start()
        assert server_of(again) != server
        assert postmaster_of(again) != number
        again.stop()
        os.waitpid(number, 0)
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0)
        _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def test_a_killed_making_leaves_no_half_cluster(folder):
    half = folder / "postgres" / "data.part"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("half")
    folder.joinpath("postgres").chmod(0o711)

    cluster = Cluster(folder / "postgres", test=True)
    cluster.start()
    assert is_running(cluster)
    cluster.stop()
    assert not half.exists()


def test_a_long_path_gets_a_short_folder_for_its_socket(folder):
    cluster = Cluster(folder / ("long" * 30) / "postgres", test=True)
    cluster.start()
    run = cluster.place.run
    assert run.name.startswith("portal-")
    assert len(str(run)) < 92
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert is_running(cluster)
    cluster.stop()
    cluster.remove()
    assert not run.exists()


def test_a_foreign_link_in_the_place_of_the_socket_folder_is_refused(folder):
    cluster = Cluster(folder / ("long" * 30) / "postgres", test=True)
    run = cluster.place.run
    run.symlink_to(folder)
    try:
        with pytest.raises(EngineError, match="was not made by the portal"):
            cluster.start()
    finally:
        run.unlink()


def test_root_under_a_closed_home_changes_no_mode_and_says_where_the_data_lies(
    tmp_path, folder, monkeypatch
):
    need("root")
    monkeypatch.setattr(place_module, "SHELF", folder)
    monkeypatch.setattr(cluster_module, "SHELF", folder)
    tmp_path.chmod(0o700)
    site = tmp_path / "site"
    site.mkdir()
    found = find_binaries()
    if WHEEL in found.folder.parts:
        package = found.folder.parent.parent
        (site / WHEEL).symlink_to(package)
        (site / f"{WHEEL}.libs").symlink_to(package.with_name(f"{WHEEL}.libs"))
        closed = site / WHEEL / found.folder.parent.name / "bin"
        monkeypatch.setattr(cluster_module, "find_binaries", lambda: replace(found, folder=closed))
    said: list[str] = []
    before = modes_from(tmp_path)

    cluster = Cluster(tmp_path / "var" / "postgres", test=True, announce=said.append)
    cluster.start()

    assert cluster.place.base.parent == folder
    assert not cluster.binaries.folder.is_relative_to(tmp_path)
    assert is_running(cluster)
    assert any(str(cluster.place.base) in sentence for sentence in said)
    moved_to = (tmp_path / "var" / "postgres" / "moved-to").read_text()
    assert moved_to == f"{cluster.place.base}\n"
    cluster.stop()
    assert modes_from(tmp_path) == before


def test_an_ordinary_user_runs_it_as_it_is(folder):
    account = ServerAccount.for_this_process()
    binaries = within_reach(find_binaries(), account, folder)
    home = folder / "home"
    home.mkdir()
    account.own(home)

    def work() -> None:
        os.environ["PORTAL_PG_BIN"] = str(binaries.folder)
        cluster = Cluster(home / "postgres", test=True)
        assert not cluster.account.dropped
        cluster.start()
        assert cluster.place.data.stat().st_uid == os.getuid()
        assert is_running(cluster)
        cluster.stop()

    if account.dropped:
        assert as_account(account.uid, account.gid, work) == 0
    else:
        work()


def test_the_systems_own_postgresql_works_too(folder, monkeypatch):
    monkeypatch.setenv("PORTAL_PG_BIN", need("postgres15"))
    cluster = Cluster(folder / "postgres", test=True)
    cluster.start()
    version = ask(cluster.url(roles.APP), "select current_setting('server_version_num')::int")
    cluster.stop()
    assert version[0][0] // 10000 == cluster.binaries.major


def test_a_cluster_of_another_version_is_refused_in_one_sentence(running, monkeypatch):
    other = Binaries(running.binaries.folder, running.binaries.major - 1)
    monkeypatch.setattr(cluster_module, "find_binaries", lambda: other)
    with pytest.raises(EngineError) as refusal:
        Cluster(running.home).start()
    assert f"was made by PostgreSQL {running.binaries.major}" in str(refusal.value)
    assert "PORTAL_PG_BIN" in str(refusal.value)
    assert is_running(running)


def test_removing_is_refused_while_somebody_uses_it(running):
    with pytest.raises(EngineError, match="is in use"):
        Cluster(running.home).remove()
    assert is_running(running)


def test_each_role_has_a_password_of_its_own_in_a_file_only_its_owner_reads(running):
    files = sorted(running.home.glob("password-*"))
    assert [file.name for file in files] == [
        "password-portal_app",
        "password-portal_owner",
        "password-portal_sealer",
        "password-postgres",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == 4


def test_a_wrong_password_opens_nothing(running):
    url = running.url(roles.APP).replace(running.url(roles.APP).split(":")[2].split("@")[0], "x")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(url, "select 1")


def test_the_servers_log_holds_no_value_of_a_failing_statement(running):
    with pytest.raises(psycopg2.errors.UndefinedTable):
        ask(running.url(roles.APP), "select 'Wang Fang 13800000000' from nowhere")
    log = running.place.log.read_text()
    assert 'relation "nowhere" does not exist' in log
    assert "Wang Fang" not in log


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("idle_in_transaction_session_timeout", "1min"),
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
    ],
)
def test_the_app_role_has_limits_and_the_owner_has_none(running, setting, value):
    assert ask(running.url(roles.APP), f"show {setting}") == [(value,)]
    assert ask(running.url(roles.OWNER), f"show {setting}") == [("0",)]


def test_the_app_role_asks_alone_and_uncompiled(running):
    alone = "show max_parallel_workers_per_gather"
    assert [ask(running.url(roles.APP), one) for one in (alone, "show jit")] == [
        [("0",)],
        [("off",)],
    ]
    assert ask(running.url(roles.OWNER), alone) != [("0",)]


def test_what_a_role_had_changed_of_itself_ends_with_the_next_start(folder):
    cluster = Cluster(folder / "postgres", test=True)
    cluster.start()
    for setting in ("statement_timeout = '1s'", "search_path = 'elsewhere'"):
        tell(cluster.url(roles.APP), f"alter role portal_app set {setting}")
    assert ask(cluster.url(roles.APP), "show search_path") == [("elsewhere",)]
    tell(cluster.url(roles.APP), "alter role portal_app password 'another'")
    cluster.stop()
    cluster.start()
    shown = [
        ask(cluster.url(roles.APP), f"show {one}") for one in ("search_path", "statement_timeout")
    ]
    cluster.stop()
    assert shown == [[('"$user", public',)], [("30s",)]]


@pytest.mark.parametrize(("test", "makes_databases"), [(False, False), (True, True)])
def test_no_role_has_power_beyond_its_work(folder, test, makes_databases):
    cluster = Cluster(folder / "postgres", test=test)
    cluster.start()
    found = ask(
        cluster.url(roles.APP),
        "select rolname, rolinherit, rolcreatedb, rolsuper or rolcreaterole or rolreplication"
        " or rolbypassrls from pg_roles where rolname like 'portal%' order by rolname",
    )
    members = ask(
        cluster.url(roles.APP),
        "select m.member::regrole::text from pg_auth_members m"
        " where m.member::regrole::text like 'portal%'",
    )
    cluster.stop()
    assert found == [
        ("portal_app", True, False, False),
        ("portal_owner", True, makes_databases, False),
        ("portal_sealer", True, False, False),
    ]
    assert members == []


def test_the_owner_owns_the_database_and_the_app_role_makes_no_table(running):
    owners = "select datdba::regrole::text, (select nspowner::regrole::text from pg_namespace"
    owners += " where nspname = 'public') from pg_database where datname = current_database()"
    assert ask(running.url(roles.OWNER), owners) == [("portal_owner", "portal_owner")]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(running.url(roles.APP), "create table mine(id int)")
