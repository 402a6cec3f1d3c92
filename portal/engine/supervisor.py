"""Keeps the portal's processes running, and stops them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal.engine.errors import EngineError
from portal.engine.stopping import STOP_SIGNALS

PAUSE = 0.2
GRACE = 15.0
TOO_OFTEN = 5
WITHIN = 30.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class Child:
    """One process: what to run, where it writes, what it alone is told, when it was started."""

    name: str
    command: Sequence[str]
    log: Path
    told: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it wrote nothing"


class Supervisor:
    """Each child has a session of its own, so that Ctrl-C reaches only the supervisor."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path,
        announce: Callable[[str], None],
    ) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self.announce = announce
        self.children: list[Child] = []

    def add(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        child.log.write_bytes(b"")
        self.children.append(child)
        self._start(child)

    def look(self) -> None:
        """Start again what has ended."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            _kill_group(child.process)  # helpers of a killed process would hold its port
            recent = [moment for moment in child.starts if moment > time.monotonic() - WITHIN]
            if len(recent) >= TOO_OFTEN:
                raise EngineError(
                    f"The {child.name} process does not stay up ({child.last_words()}): "
                    f"see {child.log}."
                )
            self.announce(f"The {child.name} process ended and is started again")
            self._start(child)

    def watch(self) -> None:
        """Look after the children until a signal ends it."""
        while True:
            self.look()
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Ask in reverse order of starting, wait for work in hand, then insist."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + GRACE
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.announce(f"The {child.name} process does not end by itself")
            _kill_group(child.process)
            child.process.wait()
        self.children.clear()

    def _start(self, child: Child) -> None:
        """Signals wait meanwhile: one that came between start and note would lose the child."""
        child.starts.append(time.monotonic())
        with child.log.open("ab") as log, _signals_wait():
            child.process = subprocess.Popen(
                child.command,
                cwd=self.folder,
                env={**self.environment, **child.told},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                preexec_fn=_begin,
            )


@contextmanager
def _signals_wait() -> Iterator[None]:
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def _begin() -> None:
    """In the child: hear signals again, and end when the supervisor is killed (Linux does that)."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
