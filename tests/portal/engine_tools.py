"""What the tests of the engine share: folders the server can reach, launchers, a look inside."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from portal.engine import roles
from portal.engine.cluster import Cluster
from portal.engine.paths import TREE

LAUNCHER = """
import sys
from pathlib import Path
from portal.engine.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), test=True)
cluster.start()
print("up", flush=True)
sys.stdin.read()
cluster.stop()
"""


@contextmanager
def folder_in_the_open() -> Iterator[Path]:
    """A temporary folder every account can pass through; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="portal-try-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        end_processes_in(folder)
        shutil.rmtree(folder)


def end_processes_in(folder: Path) -> None:
    """Servers a failed test left running have their data folder as working folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if folder in (process / "cwd").readlink().parents:
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


def launcher(home: Path) -> "subprocess.Popen[str]":
    """Another process that starts the cluster and uses it until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(home)],
        cwd=TREE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def server_of(cluster: Cluster) -> str:
    """The moment its server was started: the same moment is the same server."""
    return str(ask(cluster.url(roles.APP), "select pg_postmaster_start_time()::text")[0][0])


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def tell(url: str, statement: str) -> None:
    """Carry out a statement for good."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def is_running(cluster: Cluster) -> bool:
    try:
        server_of(cluster)
    except psycopg2.OperationalError:
        return False
    return True


def postmaster_of(cluster: Cluster) -> int:
    lines = (cluster.place.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
    return int(lines[0])


def modes_from(path: Path) -> dict[str, int]:
    """The modes of a folder and of everything above it."""
    return {str(each): each.stat().st_mode for each in (path, *path.parents)}


def as_account(uid: int, gid: int, work: Callable[[], None]) -> int:
    """Do the work in a child with another account's rights; the answer is its exit status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - it must not return into the test runner
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
