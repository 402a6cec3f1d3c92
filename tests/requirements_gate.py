"""What a test needs from the machine, asked in one place.

A browser or Redis may be absent on a developer's machine: such tests are skipped, and the
summary says why. PORTAL_REQUIRE=redis,browser,postgres15 turns every such skip into a failure.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.engine.binaries import SYSTEM_FOLDERS

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_browser() -> str | None:
    """The program of a Chromium on this system."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def second_postgres() -> Path | None:
    """A folder of system binaries, beside the server the portal brings."""
    return next((path for path in _system_folders() if (path / "initdb").exists()), None)


def _system_folders() -> list[Path]:
    pattern = SYSTEM_FOLDERS[0].lstrip("/")
    return sorted(Path("/").glob(pattern))


FOUND: dict[str, Callable[[], str | Path | None]] = {
    "redis": lambda: shutil.which("redis-server"),
    "browser": system_browser,
    "postgres15": second_postgres,
    "root": lambda: "root" if os.geteuid() == 0 else None,
}


def required() -> set[str]:
    return {name.strip() for name in os.environ.get("PORTAL_REQUIRE", "").split(",") if name}


def need(name: str) -> str:
    """The path of what the test needs; without it the test is skipped, or fails if required."""
    found = FOUND[name]()
    if found is None:
        sentence = f"{name} is missing here (`make tools` installs what it can)"
        if name in required():
            pytest.fail(f"{sentence} (PORTAL_REQUIRE asks for it)", pytrace=False)
        pytest.skip(sentence)
    return str(found)
