"""Is the server of a data folder alive? A process that was killed can look alive for long."""

import time
from collections.abc import Iterator
from pathlib import Path

PROCESSES = Path("/proc")
PATIENCE = 5.0


def clear_dead(data: Path, run: Path) -> None:
    """Remove what a dead server left, if it would keep a new one from starting.

    After `kill -9` the process stays as a zombie until its parent waits for it, and
    PostgreSQL takes the number in its lock file for a running server.
    """
    lock_file = data / "postmaster.pid"
    number = _number_in(lock_file)
    if number is None or not (PROCESSES / str(number)).exists():
        return  # PostgreSQL sees by itself that nobody has this number
    _wait_for_children(data)
    if any(_at_work_in(data)):
        return
    lock_file.unlink(missing_ok=True)
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (run / name).unlink(missing_ok=True)


def _number_in(lock_file: Path) -> int | None:
    try:
        return int(lock_file.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _wait_for_children(data: Path) -> None:
    """Children of a dead server end by themselves a moment later."""
    until = time.monotonic() + PATIENCE
    while any(_at_work_in(data)) and time.monotonic() < until:
        time.sleep(0.05)


def _at_work_in(data: Path) -> Iterator[int]:
    """Living processes that have the data folder as their working folder."""
    for process in PROCESSES.iterdir():
        if not process.name.isdigit():
            continue
        try:
            if (process / "cwd").readlink() == data:
                yield int(process.name)
        except OSError:  # ended meanwhile, a zombie, or not ours to look at
            continue
