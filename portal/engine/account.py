"""The account the database server runs under.

PostgreSQL refuses to run as root. When root starts the portal, the server runs as
`nobody`; no account is made, and no mode is changed outside our own folders.
"""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.engine.errors import EngineError

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """Runs commands as the server's account; `dropped` says that this is not our own."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @classmethod
    def for_this_process(cls) -> "ServerAccount":
        if os.geteuid() != 0:
            return cls("you", os.geteuid(), os.getegid(), dropped=False)
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EngineError(
                "PostgreSQL does not run as root and this system has no account `nobody`: "
                "start as an ordinary user."
            ) from None
        return cls("nobody", nobody.pw_uid, nobody.pw_gid, dropped=True)

    def run(
        self, command: Sequence[str | Path], extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end and return the result, whatever it is.

        The working folder is `/` because the server's tools fail in one they cannot reach.
        """
        environment = {
            "PATH": SYSTEM_PATH,
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            **(extra or {}),
        }
        arguments = [str(part) for part in command]
        try:
            return subprocess.run(
                arguments,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                umask=0o077,
                user=self.uid if self.dropped else None,
                group=self.gid if self.dropped else None,
                extra_groups=[] if self.dropped else None,
            )
        except PermissionError as error:
            if not self.dropped:
                raise
            raise EngineError(
                f"Root may not act as `{self.name}` here ({error.strerror}): "
                "start as an ordinary user."
            ) from error

    def can_reach(self, path: Path) -> bool:
        """Ask the system instead of computing it from modes."""
        return self.run(["test", "-x", path]).returncode == 0

    def own(self, path: Path) -> None:
        """Hand a file or folder we have just made to the server's account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
