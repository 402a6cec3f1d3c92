"""`make run` from the first line to the last, with a stand-in for the product it starts."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.engine.paths import TREE
from tests.portal.engine_tools import ask, folder_in_the_open

MANAGE = """
import json, os, signal, sys
from pathlib import Path
import psycopg2
var = Path(os.environ["PORTAL_VAR"])
if sys.argv[1] == "seal":
    told = {name: os.environ[name] for name in ("DATABASE_SEALER_URL", "PORTAL_WITNESSES")}
    (var / "sealer.part").write_text(json.dumps(told))
    (var / "sealer.part").rename(var / "sealer")
    signal.pause()
with (var / "commands").open("a") as file:
    role = "owner" if "DATABASE_OWNER_URL" in os.environ else "app"
    file.write(f"{sys.argv[1]} as {role}\\n")
if sys.argv[1] == "migrate":
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("create table django_migrations(id int)")
        cursor.execute("grant select on django_migrations to portal_app")
    connection.close()
if sys.argv[1] == "load_sample":
    account = {"username": "citizen1", "password": "a-b-c", "says": "looks for a permit"}
    (var / "sample-accounts.json").write_text(json.dumps([account]))
"""
WSGI = """
import json, os
import psycopg2
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("select current_user::text")
        role = cursor.fetchone()[0]
    connection.close()
    names = ("PORTAL_SAMPLE", "DATABASE_OWNER_URL", "DATABASE_SEALER_URL")
    told = {name: os.environ.get(name) for name in names}
    return [json.dumps({"role": role, "parent": os.getppid(), **told}).encode()]
"""
CELERY = """
import os
from celery import Celery
assert "DATABASE_OWNER_URL" not in os.environ
app = Celery("portal", broker="memory://")
"""


class Portal:
    """A tree of its own with the real engine, and one run of it at a time."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.var = tree / "var"
        self.port = _port_nobody_has()
        (tree / "portal").mkdir()
        shutil.copytree(TREE / "portal" / "engine", tree / "portal" / "engine")
        shutil.copy(TREE / "requirements.lock", tree)
        (tree / "portal" / "__init__.py").touch()
        (tree / "portal" / "settings.py").write_text('SECRET_KEY = "of the stand-in"\n')
        (tree / "portal" / "wsgi.py").write_text(WSGI)
        (tree / "portal" / "celery.py").write_text(CELERY)
        (tree / "manage.py").write_text(MANAGE)
        for room in ("sealing", "kernel"):
            shutil.copytree(TREE / "audit" / room, tree / "audit" / room)

    def start(self) -> "subprocess.Popen[str]":
        environment = {**os.environ, "PORT": str(self.port), "PORTAL_VAR": str(self.var)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEALER_URL", "PORTAL_ENV"):
            environment.pop(name, None)
        return subprocess.Popen(
            [sys.executable, "-m", "portal.engine.run"],
            cwd=self.tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as answer:
            return json.load(answer)

    def told_to_the_sealer(self, run: "subprocess.Popen[str]") -> dict[str, str]:
        """What its process was told by the environment, once it has come up."""
        while not (self.var / "sealer").exists():
            assert run.poll() is None
        return json.loads((self.var / "sealer").read_text())

    def ask_witness(self, address: str, run: "subprocess.Popen[str]") -> dict[str, object]:
        """What the witness says, as soon as it listens."""
        while True:
            try:
                with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
                    return json.load(answer)
            except OSError:
                assert run.poll() is None

    def commands(self) -> list[str]:
        return (self.var / "commands").read_text().splitlines()

    def processes(self) -> list[str]:
        """Command lines of everything at work in this tree, the database included."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink().is_relative_to(self.tree):
                    found.append((process / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found


def _port_nobody_has() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def read_until(portal: "subprocess.Popen[str]", words: str) -> str:
    said = ""
    while words not in said:
        line = portal.stdout.readline()
        assert line, f"it ended: {portal.stderr.read()}"
        said += line
    return said


PREPARED = [
    "migrate as owner",
    "load_catalog as app",
    "load_rules as owner",
    "load_sample as app",
]


@pytest.fixture
def portal() -> Iterator[Portal]:
    with folder_in_the_open() as folder:
        yield Portal(folder)


def test_it_starts_serves_is_adopted_by_nobody_else_and_leaves_nothing(portal):
    first = portal.start()
    said = read_until(first, "Ctrl-C stops everything.")
    assert f"The portal is ready: http://127.0.0.1:{portal.port}/" in said
    assert "citizen1    a-b-c  looks for a permit" in said
    assert portal.commands() == PREPARED

    answer = portal.ask()
    assert (answer["role"], answer["PORTAL_SAMPLE"]) == ("portal_app", "1")
    assert answer["DATABASE_OWNER_URL"] is None
    assert answer["DATABASE_SEALER_URL"] is None
    sealer = portal.told_to_the_sealer(first)
    assert ask(sealer["DATABASE_SEALER_URL"], "select current_user::text") == [("portal_sealer",)]
    assert portal.ask_witness(sealer["PORTAL_WITNESSES"], first)["head"] is None

    second = portal.start()
    assert second.communicate()[1] == (
        f"The portal of this folder is already running: http://127.0.0.1:{portal.port}/\n"
    )
    assert second.returncode == 1

    os.kill(int(str(answer["parent"])), signal.SIGKILL)
    assert first.stderr is not None
    while "The web process ended and is started again" not in first.stderr.readline():
        assert first.poll() is None

    first.terminate()
    first.communicate()
    assert first.returncode == 0
    assert portal.processes() == []


def test_a_killed_run_takes_its_processes_along_and_the_next_prepares_nothing_again(portal):
    killed = portal.start()
    read_until(killed, "Ctrl-C stops everything.")
    url = _app_url(killed.pid)
    started = ask(url, "select pg_postmaster_start_time()")
    killed.kill()
    killed.communicate()

    after = portal.start()
    read_until(after, "Ctrl-C stops everything.")
    assert ask(url, "select pg_postmaster_start_time()") == started
    assert portal.commands() == PREPARED
    after.send_signal(signal.SIGINT)
    after.communicate()
    assert after.returncode == 0
    assert portal.processes() == []
    with pytest.raises(psycopg2.OperationalError):
        ask(url, "select 1")


def _app_url(parent: int) -> str:
    """The database's address, read from the environment of one of the processes it started."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"\nPPid:\t{parent}\n" in (process / "status").read_text():
                words = (process / "environ").read_bytes().decode().split("\0")
                return next(word[13:] for word in words if word.startswith("DATABASE_URL="))
        except (OSError, StopIteration):
            continue
    raise LookupError(parent)
