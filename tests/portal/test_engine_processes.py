"""The processes of `make run`, its refusals, and the agreement about the database."""

import ast
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.engine import binaries, dependencies, environment, reset, roles
from portal.engine import run as run_module
from portal.engine.cluster import Cluster
from portal.engine.environment import Addresses, database, settings_asked_for
from portal.engine.errors import EngineError
from portal.engine.locks import Only
from portal.engine.paths import TREE
from portal.engine.supervisor import TOO_OFTEN, Child, Supervisor
from tests.portal.engine_tools import ask, folder_in_the_open

STAYS = [
    sys.executable,
    "-c",
    "import signal; print('up', flush=True); signal.pause()",
]
FAILS = [sys.executable, "-c", "raise SystemExit('no such thing')"]
HELPED = [
    sys.executable,
    "-c",
    "import subprocess, sys, signal;"
    "helper = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
    "print(helper.pid, flush=True); signal.pause()",
]


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_in_the_open() as made:
        yield made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path, said) -> Iterator[Supervisor]:
    made = Supervisor(os.environ, tmp_path, said.append)
    yield made
    made.stop()


@pytest.fixture
def alone(monkeypatch, folder) -> Path:
    """An environment in which nobody has named a database, and a var folder of its own."""
    monkeypatch.setenv("DATABASE_URL", "")
    for name in ("DATABASE_OWNER_URL", "DATABASE_SEALER_URL", "PORTAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_VAR", str(folder / "var"))
    return folder / "var"


def run_portal(**extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "portal.engine.run"],
        cwd=TREE,
        env={**os.environ, **extra},
        capture_output=True,
        text=True,
        check=False,
    )


def first_line(log: Path) -> str:
    """Wait for the first line a child writes; the pipe of `tail` does the waiting."""
    with subprocess.Popen(
        ["/usr/bin/tail", "-n", "+1", "-F", str(log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as tail:
        line = tail.stdout.readline().decode().strip()
        tail.kill()
    return line


def test_a_killed_child_is_started_again_without_its_helpers(supervisor, said, tmp_path):
    child = Child("web", HELPED, tmp_path / "web.log")
    supervisor.add(child)
    helper = int(first_line(child.log))
    watched = os.pidfd_open(helper)
    before = child.process
    before.kill()
    before.wait()

    supervisor.look()

    assert child.process.pid != before.pid
    assert child.process.poll() is None
    assert select.select([watched], [], [], 60)[0] == [watched]  # the helper has ended
    os.close(watched)
    assert said == ["The web process ended and is started again"]


def test_a_child_that_never_stays_up_ends_it_with_its_last_words(supervisor, tmp_path):
    child = Child("worker", FAILS, tmp_path / "worker.log")
    supervisor.add(child)
    for _ in range(TOO_OFTEN - 1):
        child.process.wait()
        supervisor.look()
    child.process.wait()
    with pytest.raises(EngineError) as refusal:
        supervisor.look()
    assert str(refusal.value) == (
        f"The worker process does not stay up (no such thing): see {child.log}."
    )
    assert len(child.starts) == TOO_OFTEN


def test_children_are_stopped_in_reverse_order(tmp_path, said, monkeypatch):
    supervisor = Supervisor(os.environ, tmp_path, said.append)
    children = [Child(name, STAYS, tmp_path / name) for name in ("web", "worker", "beat")]
    for child in children:
        supervisor.add(child)
        assert first_line(child.log) == "up"
    asked: list[int] = []
    send = subprocess.Popen.send_signal
    monkeypatch.setattr(
        subprocess.Popen,
        "send_signal",
        lambda self, number: (asked.append(self.pid), send(self, number)),
    )
    supervisor.stop()
    assert asked == [child.process.pid for child in reversed(children)]
    assert [child.process.returncode for child in children] == [-signal.SIGTERM] * 3


def test_a_port_in_use_is_one_sentence_and_nothing_is_made(alone):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_portal(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} cannot be used")
    assert done.stderr.count("\n") == 1
    assert not (alone / "postgres").exists()


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "８０", "80 80"])
def test_what_is_no_port_is_refused_with_the_word_itself(alone, port):
    done = run_portal(PORT=port)
    assert done.returncode == 1
    assert done.stderr == f"PORT={port} is no port: it is a number from 1 to 65535.\n"


def test_a_second_start_in_the_same_folder_says_so(alone):
    alone.mkdir()
    (alone / "address").write_text("http://127.0.0.1:8000/\n")
    first = Only(alone / "run.lock")
    done = run_portal()
    first.leave()
    assert done.returncode == 1
    assert done.stderr == ("The portal of this folder is already running: http://127.0.0.1:8000/\n")


def test_a_full_disk_is_one_sentence(alone, monkeypatch, capsys):
    monkeypatch.setattr(run_module, "MEGABYTES", 10**9)
    assert run_module.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("The disk is nearly full: the portal needs 1000000000 MB")
    assert said.count("\n") == 1


def test_without_any_postgresql_the_three_ways_are_named(monkeypatch):
    monkeypatch.delenv("PORTAL_PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineError) as refusal:
        binaries.find_binaries()
    for way in ("locked requirements", "postgresql package", "DATABASE_URL"):
        assert way in str(refusal.value)


def test_a_wrong_folder_of_binaries_is_named_and_not_passed_over(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))
    with pytest.raises(EngineError, match=f"PORTAL_PG_BIN={tmp_path} holds no PostgreSQL"):
        binaries.find_binaries()


def test_an_old_python_is_told_what_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(dependencies.sys, "version_info", (3, 9, 2))
    assert dependencies.main(["run"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Python 3.11 or newer is needed, and ")
    assert " is 3.9.2: " in said


def test_an_old_python_can_read_that_sentence():
    source = Path(dependencies.__file__).read_text()
    ast.parse(source, feature_version=(3, 7))


def test_the_owners_address_is_not_inherited(alone, monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://portal_owner:secret@host/portal")
    with database(say=lambda _: None) as addresses:
        assert "portal_app" in os.environ["DATABASE_URL"]
        assert "DATABASE_OWNER_URL" not in os.environ
        assert ask(addresses.app, "select current_user::text") == [("portal_app",)]
        assert ask(addresses.owner, "select current_user::text") == [("portal_owner",)]


def test_with_an_address_given_nothing_is_started(alone, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@elsewhere/portal")
    with database() as addresses:
        assert addresses == Addresses("postgres://somebody@elsewhere/portal", None, None)
    assert not alone.exists()


def test_production_never_starts_a_database_of_its_own(alone, monkeypatch):
    monkeypatch.setenv("PORTAL_ENV", "prod")
    with database() as addresses:
        assert addresses == Addresses("", None, None)
    assert not alone.exists()


@pytest.mark.parametrize(
    ("line", "module"),
    [
        (["manage.py", "check"], "portal.settings"),
        (["manage.py", "check", "--settings", "portal.settings_owner"], "portal.settings_owner"),
        (["manage.py", "check", "--settings=portal.settings_owner"], "portal.settings_owner"),
    ],
)
def test_the_settings_of_a_command_line(monkeypatch, line, module):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    assert settings_asked_for(line, "portal.settings") == module
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    assert settings_asked_for(["manage.py", "check"], "portal.settings") == "portal.settings.test"
    assert environment.OWNER_SETTINGS == "portal.settings_owner"


def test_reset_empties_the_folder_and_removes_the_cluster(alone, capsys):
    alone.mkdir()
    (alone / ".made-by-the-portal").touch()
    (alone / "sample-accounts.json").write_text(json.dumps([]))
    cluster = Cluster(alone / "postgres")
    cluster.start()
    assert reset.main() == 1
    assert "is in use" in capsys.readouterr().err
    assert (alone / "sample-accounts.json").exists()
    cluster.stop()

    assert reset.main() == 0
    assert list(alone.iterdir()) == []


def test_reset_leaves_a_folder_alone_that_the_portal_did_not_make(alone, capsys):
    alone.mkdir()
    (alone / "letters").mkdir()
    assert reset.main() == 1
    assert capsys.readouterr().err == (f"{alone} was not made by the portal: empty it by hand.\n")
    assert (alone / "letters").exists()


def test_the_container_makes_the_same_roles_as_the_launcher(folder):
    """The script for production runs on a second cluster whose roles were taken away again."""
    ours = Cluster(folder / "ours" / "postgres")
    theirs = Cluster(folder / "theirs" / "postgres")
    ours.start()
    theirs.start()
    superuser = theirs.url(roles.SUPERUSER, "postgres")
    psql = theirs.binaries.program("psql")
    subprocess.run(
        [
            psql,
            "-q",
            superuser,
            "-c",
            "drop database portal",
            "-c",
            "drop role portal_app",
            "-c",
            "drop role portal_sealer",
            "-c",
            "drop role portal_owner",
        ],
        check=True,
    )
    subprocess.run(
        ["/bin/sh", TREE / "docker" / "postgres" / "10-roles.sh"],
        check=True,
        env={
            "PATH": f"{theirs.binaries.folder}:{os.environ['PATH']}",
            "PGHOST": str(theirs.place.run),
            "PGPASSWORD": (theirs.home / "password-postgres").read_text(),
            "POSTGRES_USER": roles.SUPERUSER,
            "PORTAL_OWNER_PASSWORD": "an owner's 'word'",
            "PORTAL_APP_PASSWORD": "an app's word",
            "PORTAL_SEALER_PASSWORD": "a sealer's word",
        },
    )
    made = [_roles_of(cluster) for cluster in (ours, theirs)]
    ours.stop()
    theirs.stop()
    assert made[0] == made[1]
    assert len(made[0]) == 4


def _roles_of(cluster: Cluster) -> list[tuple[object, ...]]:
    """Attributes and settings of the roles, then who owns the database and its schema."""
    return ask(
        cluster.url(roles.SUPERUSER, "postgres"),
        "select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,"
        " rolreplication, rolbypassrls, array_to_string(rolconfig, ',') from pg_roles"
        " where rolname like 'portal%' order by rolname",
    ) + ask(
        cluster.url(roles.SUPERUSER, roles.DATABASE),
        "select datdba::regrole::text, (select nspowner::regrole::text from pg_namespace"
        " where nspname = 'public') from pg_database where datname = 'portal'",
    )
