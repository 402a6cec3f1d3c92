"""The database's own tools, pointed at the database of the settings."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection

from portal.engine.binaries import find_binaries
from portal.engine.roles import OWNER

TOOLS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}


def require_owner() -> None:
    """Only the owner can read past the gate and make tables."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone()
    if role != OWNER:
        raise CommandError(
            f"This is the work of the role {OWNER}, and the settings name {role}: "
            "set DATABASE_OWNER_URL and run it with --settings portal.settings_owner."
        )


def dump(to: Path) -> None:
    """Everything in the database, in the custom format of pg_dump, as of one moment."""
    _run("pg_dump", ["--format=custom", "--no-owner", f"--file={to}"])


def load(dumped: Path) -> None:
    """Bring a dump into this database, whole or not at all."""
    name = str(connection.settings_dict["NAME"])
    options = ["--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={name}"]
    _run("pg_restore", [*options, str(dumped)])
    with connection.cursor() as cursor:
        # Rights on the database itself are not part of a dump.
        quoted = connection.ops.quote_name(name)
        cursor.execute(f"revoke temporary on database {quoted} from public")
        cursor.execute("analyze")


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select not exists (select from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S'))"
        )
        return bool(cursor.fetchone()[0])


def last_entry() -> int:
    """The number of the last trail entry, by which people can compare backup and original."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(id), 0) from audit_entry")
        return int(cursor.fetchone()[0])


def _run(program: str, options: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, never by the list."""
    path = find_binaries().program(program)
    facts = connection.get_connection_params()
    environment = {variable: str(facts[key]) for key, variable in TOOLS.items() if facts.get(key)}
    environment["PGDATABASE"] = str(connection.settings_dict["NAME"])
    connection.close()
    try:
        done = subprocess.run(  # noqa: S603 - our own program and options
            [str(path), *options],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise CommandError(f"{path} is missing: name a folder with PORTAL_PG_BIN.") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise CommandError(f"{program} failed: {lines[0]}")
