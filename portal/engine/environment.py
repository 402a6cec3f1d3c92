"""The agreement with the settings: which database a process works with, and as whom.

DATABASE_URL names the app role and is for everybody. DATABASE_OWNER_URL names the owner and
exists only for a command that was asked to run with `portal.settings_owner`, DATABASE_SEALER_URL
names the role that seals the trail and is for `portal.settings_sealer` alone; the web process and
the worker see neither.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from portal.engine import roles
from portal.engine.cluster import Cluster
from portal.engine.paths import make_var_folder

OWNER_SETTINGS = "portal.settings_owner"
SEALER_SETTINGS = "portal.settings_sealer"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the database is, as each role. Somebody else's may come without owner and sealer."""

    app: str
    owner: str | None
    sealer: str | None

    def given_to(self, settings: str) -> dict[str, str]:
        """The one further address that processes with these settings get."""
        wanted = {
            OWNER_SETTINGS: ("DATABASE_OWNER_URL", self.owner),
            SEALER_SETTINGS: ("DATABASE_SEALER_URL", self.sealer),
        }
        name, address = wanted.get(settings, ("", None))
        return {name: address} if address else {}


def announce(sentence: str) -> None:
    """Tell the person at the terminal; standard output is left to the command."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def settings_asked_for(arguments: Sequence[str], default: str) -> str:
    """The settings module of a command line, as Django will read it."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--settings="):
            return argument.partition("=")[2]
        if argument == "--settings" and position + 1 < len(arguments):
            return arguments[position + 1]
    return os.environ.get("DJANGO_SETTINGS_MODULE") or default


def names_a_database() -> bool:
    """Whether somebody named a database, or must: production never starts one by itself."""
    return bool(os.environ.get("DATABASE_URL")) or os.environ.get("PORTAL_ENV") == "prod"


@contextmanager
def database(say: Callable[[str], None] = announce) -> Iterator[Addresses]:
    """Have a database for the length of the block, its app role in DATABASE_URL.

    The other addresses are taken out of the environment, so that no child inherits one by chance.
    """
    owner = os.environ.pop("DATABASE_OWNER_URL", None)
    sealer = os.environ.pop("DATABASE_SEALER_URL", None)
    if names_a_database():
        yield Addresses(os.environ.get("DATABASE_URL", ""), owner, sealer)
        return
    cluster = Cluster(make_var_folder() / "postgres", announce=say)
    try:
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url(roles.APP)
        yield Addresses(*map(cluster.url, (roles.APP, roles.OWNER, roles.SEALER)))
    finally:
        cluster.stop()
