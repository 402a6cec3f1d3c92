"""Where a cluster lies: its passwords and locks at home, its data where the server can reach it."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from portal.engine.account import ServerAccount
from portal.engine.errors import EngineError
from portal.engine.paths import make_folder, short_name

SHELF = Path("/var/lib")
LONGEST_RUN_FOLDER = 92  # a socket's path ends at 107 bytes; "/.s.PGSQL.5432" takes 15


class Place:
    """The folders of one cluster.

    `home` belongs to whoever starts the portal: locks, passwords, notes. `base` holds what
    the server writes, in folders of the server's account; it is `home` itself unless that
    account cannot get there.
    """

    def __init__(self, home: Path, account: ServerAccount) -> None:
        self.home = home
        self.account = account
        self.elsewhere = SHELF / f"portal-{short_name(home)}"
        self.base = home

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log" / "postgres.log"

    @property
    def moved(self) -> bool:
        return self.base != self.home

    @property
    def run(self) -> Path:
        """The folder of the socket."""
        near = self.base / "run"
        if len(os.fsencode(near)) <= LONGEST_RUN_FOLDER:
            return near
        return Path("/tmp") / f"portal-{short_name(self.base)}"  # noqa: S108 - checked in settle()

    def settle(self) -> None:
        """Choose the base and make the folders. Call it holding the turn lock."""
        self.base = self._choose()
        if self.moved:
            make_folder(self.base, 0o711)
            (self.home / "moved-to").write_text(f"{self.base}\n", encoding="utf-8")
        for folder in (self.run, self.log.parent):
            self.make_for_server(folder)
        _refuse_foreign(self.run, self.account)

    def make_for_server(self, folder: Path) -> None:
        """Make a folder only the server's account can open."""
        if folder.is_dir():
            return
        make_folder(folder, 0o700)
        self.account.own(folder)

    def remove(self) -> None:
        """Delete everything of this cluster, wherever it lies."""
        folders = [self.home, self.run]
        if self.account.dropped:
            folders.append(self.elsewhere)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _choose(self) -> Path:
        for base in (self.home, self.elsewhere):
            if (base / "data").is_dir():
                self._refuse_unusable(base)
                return base
        return self.home if self.account.can_reach(self.home) else self.elsewhere

    def _refuse_unusable(self, base: Path) -> None:
        """A cluster that is there and cannot be opened must not be replaced by an empty one."""
        owner = (base / "data").stat().st_uid
        if owner != self.account.uid:
            raise EngineError(
                f"The database in {base} belongs to another account (number {owner}): start as "
                "the one that made it, or name another folder with PORTAL_VAR."
            )
        if not self.account.can_reach(base / "data"):
            raise EngineError(
                f"The database in {base} can no longer be reached by `{self.account.name}`: "
                "open the folders above it again, or name another folder with PORTAL_VAR."
            )


def move_note(announce: Callable[[str], None], place: Place) -> None:
    if place.moved:
        announce(
            f"{place.home} cannot be reached by `{place.account.name}`: "
            f"the database lies in {place.base}"
        )


def _refuse_foreign(folder: Path, account: ServerAccount) -> None:
    """A run folder in /tmp could have been put there by anybody."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.uid:
        raise EngineError(f"{folder} was not made by the portal: remove it, then start again.")
