"""Bring translations, tables and sample content up to date, and skip it when nothing changed."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import psycopg2

from portal.engine.environment import OWNER_SETTINGS, Addresses
from portal.engine.errors import DISK_FULL, EngineError, database_in_words
from portal.engine.paths import TREE, var_folder

PACKAGES = ("audit", "catalog", "identity", "applications", "portal")
PRIVATE = 0o077
SAMPLE_PATIENCE = "60"  # seconds: the sample must come out the same on a busy machine
CONTENT = {".py", ".json", ".csv", ".sql"}


def prepare(addresses: Addresses, var: Path, announce: Callable[[str], None]) -> None:
    """Everything between a started database and a portal that can answer."""
    try:
        _prepare(addresses, var, announce)
    except psycopg2.Error as error:
        raise database_in_words(error, var) from error


def _prepare(addresses: Addresses, var: Path, announce: Callable[[str], None]) -> None:
    compile_translations(announce)
    note = var / "prepared.json"
    accounts = var / "sample-accounts.json"
    if accounts.exists() and _read(note) == _state(addresses.app):
        return
    if addresses.owner is None:
        raise EngineError(
            "DATABASE_URL is set, so DATABASE_OWNER_URL is needed too: "
            "the owner's role brings the tables up to date."
        )
    announce("Bringing the tables up to date")
    owner = {**os.environ, **addresses.given_to(OWNER_SETTINGS)}
    _manage(["migrate", "--verbosity", "0", "--settings", OWNER_SETTINGS], owner)
    announce("Loading the catalogue")
    _manage(["load_catalog"], os.environ, umask=PRIVATE)
    _manage(["load_rules", "--settings", OWNER_SETTINGS], owner)
    announce("Loading sample people and cases")
    patient = {**os.environ, "PORTAL_RECORD_TIMEOUT": SAMPLE_PATIENCE}
    _manage(["load_sample"], patient, umask=PRIVATE)
    unfinished = note.with_suffix(".part")
    unfinished.write_text(json.dumps(_state(addresses.app)), encoding="utf-8")
    unfinished.rename(note)


def compile_translations(announce: Callable[[str], None]) -> None:
    """Compile what is out of date; in a process of its own, before this one reads a translation."""
    if _translations_are_old():
        announce("Compiling translations")
        _manage(["compile_messages"], os.environ)


def _manage(arguments: list[str], environment: Mapping[str, str], umask: int = -1) -> None:
    """Run one of Django's commands; its last line is the reason if it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=TREE,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        umask=umask,
    )
    if "No space left on device" in done.stderr:
        raise EngineError(DISK_FULL.format(place=var_folder()))
    if done.returncode != 0:
        sys.stderr.write(done.stdout + done.stderr)
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EngineError(f"`manage.py {arguments[0]}` failed: {reason}")


def _translations_are_old() -> bool:
    for package in PACKAGES:
        for source in (TREE / package).glob("locale/*/LC_MESSAGES/*.po"):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                return True
    return False


def _read(note: Path) -> object:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _state(url: str) -> object:
    """What the tables and the content were made from, and how far the database has come."""
    return {"files": _fingerprint(), "migrations": _migrations(url)}


def _migrations(url: str) -> list[int] | None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is not null")
        if not (cursor.fetchone() or (False,))[0]:
            return None
        cursor.execute("select count(*), coalesce(max(id), 0) from django_migrations")
        return [int(number) for number in cursor.fetchone() or ()]


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _content():
        digest.update(os.fsencode(path.relative_to(TREE)))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _content() -> Iterator[Path]:
    """The requirements, the code and the data files, in a stable order."""
    yield TREE / "requirements.lock"
    for package in PACKAGES:
        for folder, names, files in os.walk(TREE / package):
            names[:] = sorted(name for name in names if name not in ("__pycache__", "engine"))
            for name in sorted(files):
                if Path(name).suffix in CONTENT:
                    yield Path(folder) / name
