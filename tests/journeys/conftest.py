"""The product as people meet it: started by its own command, used in a real browser.

One portal runs for all journeys, with its worker and beat, in a folder and on a port of its own.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.engine.paths import make_var_folder
from tests.journeys.visitor import Visitor
from tests.requirements_gate import need

TREE = Path(__file__).resolve().parents[2]
PATIENCE = 15_000  # milliseconds
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Portal:
    """The running portal: where it is, and who can sign in."""

    address: str
    accounts: dict[str, dict[str, str]]

    def url(self, path: str) -> str:
        return self.address + path


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """`make run`, in a folder of its own inside the tree's, until the last journey has ended."""
    need("browser")
    var = make_var_folder() / f"journeys-{os.getpid()}"
    var.mkdir()
    port = free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment.update(PORTAL_VAR=str(var), PORT=str(port))
    log = var / "run.log"
    with log.open("w") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "portal.engine.run"],
            cwd=TREE,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(running, log)
        people = json.loads((var / "sample-accounts.json").read_text(encoding="utf-8"))
        yield Portal(address, {person["username"]: person for person in people})
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture
def open_page(portal: Portal, browser: Browser) -> Iterator[Any]:
    """Open a fresh window, as another person at another device would; faults of the page fail."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(
        *,
        viewport: dict[str, int] = DESKTOP,
        scripts: bool = True,
        language: str = "zh-CN",
        state: Any = None,
    ) -> Page:
        context = browser.new_context(
            viewport=viewport,
            java_script_enabled=scripts,
            locale=language,
            base_url=portal.address,
            storage_state=state,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda line: note(line, page, faults))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def states() -> dict[str, Any]:
    """The cookies of officers who have signed in: their codes work once, their sessions last."""
    return {}


@pytest.fixture
def officer(portal: Portal, open_page: Any, states: dict[str, Any]) -> Any:
    """An officer at a desk, signed in with the second factor."""

    def at_desk(username: str) -> Visitor:
        visitor = Visitor(open_page(state=states.get(username)), portal.accounts[username])
        if username not in states:
            visitor.sign_in()
            states[username] = visitor.page.context.storage_state()
        return visitor

    return at_desk


def note(line: Any, page: Page, faults: list[str]) -> None:
    """Keep what the browser complains of; a refused request is an answer and no fault."""
    if line.type == "error" and "Failed to load resource" not in line.text:
        faults.append(f"{page.url}: {line.text}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(running: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it says how to sign in, or fail with what the portal printed."""
    pause = Event()
    for _ in range(900):
        if running.poll() is not None:
            pytest.fail(f"the portal ended at once:\n{log.read_text()[-3000:]}", pytrace=False)
        if "sample-accounts" in log.read_text():
            return
        pause.wait(0.2)
    pytest.fail(f"the portal was not ready in time:\n{log.read_text()[-3000:]}", pytrace=False)
