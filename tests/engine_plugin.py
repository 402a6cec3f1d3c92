"""Starts the test cluster before pytest-django reads the settings, and stops it at the end.

The cluster of `make test` never meets that of `make run`. Sessions that run at the same time
share it and get databases of their own; workers of xdist inherit the address from their
controller. With DATABASE_URL set, nothing is started.
"""

import os
import signal
from collections.abc import Iterator

import pytest

from portal.engine import roles
from portal.engine.binaries import find_binaries
from portal.engine.cluster import Cluster
from portal.engine.environment import announce
from portal.engine.errors import EngineError
from portal.engine.locks import Only
from portal.engine.paths import make_var_folder
from portal.engine.preparation import compile_translations

MOST_SESSIONS = 50


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """A wrapper comes before every plain hook, and so before the settings are read."""
    try:
        if not os.environ.get("DATABASE_URL"):
            _start(early_config)
        compile_translations(announce)
    except EngineError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


def _start(config: pytest.Config) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leave the orderly way
    home = make_var_folder() / "postgres-test" / str(find_binaries().major)
    cluster = Cluster(home, test=True, announce=announce)
    config.add_cleanup(cluster.stop)
    cluster.start()
    name = _free_name(config, cluster)
    os.environ["DATABASE_URL"] = cluster.url(roles.APP, name)
    os.environ["DATABASE_OWNER_URL"] = cluster.url(roles.OWNER, name)
    os.environ["DATABASE_SEALER_URL"] = cluster.url(roles.SEALER, name)


def _free_name(config: pytest.Config, cluster: Cluster) -> str:
    """A database name no other session uses now. Django puts `test_` before it."""
    for number in range(1, MOST_SESSIONS):
        session = Only(cluster.home / f"session-{number}.lock")
        if not session.taken:
            config.add_cleanup(session.leave)
            return roles.DATABASE if number == 1 else f"{roles.DATABASE}_{number}"
    raise EngineError("Too many test sessions run at the same time.")
