"""A PostgreSQL of our own: make it once, start it, adopt a running one, leave it.

Any number of launchers may use one cluster at the same time. Whoever makes, starts or stops
holds the turn lock; whoever uses it holds a share of the use lock, and the last to leave
stops the server. Both locks end with their process, so a killed launcher leaves at worst a
running server, which the next one adopts.
"""

import os
import secrets
import shlex
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg2

from portal.engine import roles
from portal.engine.account import ServerAccount
from portal.engine.binaries import Binaries, find_binaries, within_reach
from portal.engine.errors import DISK_FULL, EngineError, database_in_words, in_words
from portal.engine.locks import InUse, one_at_a_time
from portal.engine.paths import make_folder
from portal.engine.place import SHELF, Place, move_note
from portal.engine.postmaster import clear_dead

FIRST_VERSION_WITH_BUILTIN_LOCALE = 17
PATIENCE = 60
LARGEST_LOG = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is small in containers
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A failing statement holds values of people: errors are logged, statements are not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _quietly(_sentence: str) -> None:
    """Announce nothing."""


class Cluster:
    """One cluster below `home`. A test cluster is fast and forgetful, and makes databases."""

    def __init__(
        self,
        home: Path,
        *,
        test: bool = False,
        announce: Callable[[str], None] = _quietly,
    ) -> None:
        self.home = home
        self.test = test
        self.announce = announce
        self.account = ServerAccount.for_this_process()
        self.place = Place(home, self.account)
        self._found: Binaries | None = None
        self._use: InUse | None = None

    def start(self) -> None:
        """Make what is missing, start what is not running, and use it until `stop`."""
        try:
            self._found = within_reach(find_binaries(), self.account, SHELF)
            make_folder(self.home, 0o711)
            with one_at_a_time(self.home / "turn.lock"):
                use = InUse(self.home / "use.lock")
                try:
                    self._bring_up()
                except BaseException:
                    if use.leave():
                        self._shut_down()
                    raise
                self._use = use
        except OSError as error:
            raise in_words(error, self.home) from error
        except psycopg2.Error as error:
            raise database_in_words(error, self.home) from error

    def stop(self) -> None:
        """Leave; the last user stops the server. Safe to call twice."""
        if self._use is None:
            return
        with one_at_a_time(self.home / "turn.lock"):
            use, self._use = self._use, None
            if use.leave():
                self._shut_down()

    def remove(self) -> None:
        """Delete the cluster with everything in it, unless somebody uses it."""
        self._found = within_reach(find_binaries(), self.account, SHELF)
        with one_at_a_time(self.home / "turn.lock"):
            if not InUse(self.home / "use.lock").leave():
                raise EngineError(f"The database in {self.home} is in use: stop that first.")
            self.place.settle()
            self._shut_down()
            self.place.remove()

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """Where and as whom to connect. The socket's folder stands in the host's place."""
        folder = quote(str(self.place.run), safe="")
        return f"postgres://{role}:{self._password(role)}@{folder}/{database}"

    @property
    def binaries(self) -> Binaries:
        if self._found is None:
            raise EngineError("The database has not been started.")
        return self._found

    def _bring_up(self) -> None:
        self.place.settle()
        move_note(self.announce, self.place)
        if not self.place.data.is_dir():
            self.announce("Making the database (first time only)")
            self._make()
        self._refuse_other_version()
        if not self._is_running():
            self._launch()
        self._bring_roles_up_to_date()

    def _make(self) -> None:
        """Make the data folder under another name, so that a killed start leaves no half one."""
        unfinished = self.place.data.with_name("data.part")
        password_file = self.place.base / "password.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        (self.home / "roles").unlink(missing_ok=True)
        self.place.make_for_server(unfinished)
        password_file.unlink(missing_ok=True)
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(self._password(roles.SUPERUSER))
            self.account.own(password_file)
            self._initdb(unfinished, password_file)
        finally:
            password_file.unlink(missing_ok=True)
        unfinished.rename(self.place.data)

    def _initdb(self, folder: Path, password_file: Path) -> None:
        command: list[str | Path] = [self.binaries.program("initdb"), "-D", folder]
        command += [
            "-U",
            roles.SUPERUSER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
        ]
        command += ["-A", "scram-sha-256", f"--pwfile={password_file}"]
        if self.binaries.major >= FIRST_VERSION_WITH_BUILTIN_LOCALE:
            command.append("--locale-provider=builtin")
        if self.test:
            command.append("--no-sync")
        done = self.account.run(command)
        if done.returncode != 0:
            raise self._failure("The database could not be made", done.stdout + done.stderr)

    def _refuse_other_version(self) -> None:
        """The version is in a file only the server's account may read, so it reads it."""
        version_file = self.place.data / "PG_VERSION"
        made_by = self.account.run(["cat", version_file]).stdout.strip()
        if made_by != str(self.binaries.major):
            raise EngineError(
                f"The database in {self.place.base} was made by PostgreSQL {made_by}, and "
                f"{self.binaries.folder} holds {self.binaries.major}: name the right programs "
                "with PORTAL_PG_BIN, or start afresh with `make reset`."
            )

    def _is_running(self) -> bool:
        """Whether a server answers; one that is still starting is waited for."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self._pg_isready()
            if answer != 1:  # 1: it is there and not ready yet
                return answer == 0
            time.sleep(0.1)
        raise EngineError(f"The database does not become ready: see {self.place.log}.")

    def _launch(self) -> None:
        clear_dead(self.place.data, self.place.run)
        log = self.place.log
        if log.is_file() and log.stat().st_size > LARGEST_LOG:
            log.unlink()
        settings = {**SETTINGS, **(FORGETFUL if self.test else {})}
        settings["unix_socket_directories"] = str(self.place.run)
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
        if self._pg_ctl("start", "-w", "-t", str(PATIENCE), "-l", str(log), "-o", options) != 0:
            said = self.account.run(["tail", "-n", "5", log]).stdout
            raise self._failure("The database does not start", said)

    def _shut_down(self) -> None:
        """Stop the server; one that was killed may look alive, and would be waited for in vain."""
        if self._is_running():
            self._pg_ctl("stop", "-m", "fast", "-w", "-t", str(PATIENCE))

    def _bring_roles_up_to_date(self) -> None:
        """Make the roles once for each data folder, where the note is removed before one is made;
        at every start, take back what they have changed of themselves."""
        note = self.home / "roles"
        wanted = roles.fingerprint(test=self.test)
        passwords = {role: self._password(role) for role in roles.ALL}
        superuser = self.url(roles.SUPERUSER, "postgres")
        if note.is_file() and note.read_text(encoding="ascii") == wanted:
            roles.put_back(superuser, passwords)
            return
        roles.make_roles(superuser, passwords, test=self.test)
        note.write_text(wanted, encoding="ascii")

    def _password(self, role: str) -> str:
        """The role's password, made at random the first time it is asked for."""
        file = self.home / f"password-{role}"
        try:
            return file.read_text(encoding="ascii")
        except FileNotFoundError:
            password = secrets.token_urlsafe(24)
            unfinished = file.with_suffix(".part")
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as text:
                text.write(password)
            unfinished.rename(file)
            return password

    def _pg_ctl(self, action: str, *options: str) -> int:
        command: list[str | Path] = [
            self.binaries.program("pg_ctl"),
            action,
            "-s",
            "-D",
            self.place.data,
            *options,
        ]
        return self.account.run(command).returncode

    def _pg_isready(self) -> int:
        command: list[str | Path] = [
            self.binaries.program("pg_isready"),
            "-q",
            "-h",
            self.place.run,
            "-p",
            "5432",
        ]
        return self.account.run(command).returncode

    def _failure(self, what: str, said: str) -> EngineError:
        if "No space left on device" in said:
            return EngineError(DISK_FULL.format(place=self.place.base))
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return EngineError(f"{what}: {lines[-1] if lines else 'it said nothing'}")
