"""The database as the product uses it: the application role, behind a closed gate."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import environ
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.utils import translation
from playwright.sync_api import Browser, sync_playwright

import portal.urls  # noqa: F401 - reads every table of the back office, as the web process does
from catalog.selectors.definitions import definition_of
from portal.templatetags.portal_ui import _constant
from tests.factories.rules import PUT
from tests.requirements_gate import need

pytest_plugins = ["tests.factories.backups", "tests.factories.old_months"]  # their fixtures
_ADDRESSES = environ.Env()
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def as_role(variable: str) -> Iterator[None]:
    """The same alias with the credentials of an address; never inside a transaction."""
    other = _ADDRESSES.db_url(variable)
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: other[key] for key in ("USER", "PASSWORD")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def as_owner() -> AbstractContextManager[None]:
    """For a moment as the owner of the database."""
    return as_role("DATABASE_OWNER_URL")


def as_sealer() -> AbstractContextManager[None]:
    """For a moment as the role that seals the trail."""
    return as_role("DATABASE_SEALER_URL")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One of two workers has the browser, and the portal it visits: nobody needs them twice."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, request) -> Iterator[None]:
    """Make the test database as its owner; everything after runs as the application role."""
    name = connection.settings_dict["NAME"]
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if worker:
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{worker}"
    with django_db_blocker.unblock(), as_owner():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with connection.cursor() as cursor:
            cursor.execute(PUT)
    yield
    with django_db_blocker.unblock(), as_owner():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture(autouse=True)
def fresh_start() -> None:
    """Kept pages, definitions and the language of one test must not answer for another."""
    translation.activate(settings.LANGUAGE_CODE)
    cache.clear()
    definition_of.cache_clear()
    _constant.cache_clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for all tests that need one; Playwright runs once in a process."""
    program = need("browser")  # before Playwright's own start, which needs libraries of a browser
    # Playwright keeps a loop in this thread, for which Django would take every test after it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()


def close_gate() -> None:
    """What was recorded until here opens nothing any more."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(
                "select set_config('audit.floor', coalesce((select max(id) from audit_opening"
                " where xid = pg_current_xact_id_if_assigned()), 0)::text, true)"
            )


@pytest.fixture(autouse=True)
def honest_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request of the test client starts and ends with a closed gate.

    A wrapped test is one transaction: without this, whatever an earlier step recorded would open
    the gate for the request under test.
    """
    answer = ClientHandler.get_response

    def one_request(self: ClientHandler, request: Any) -> Any:
        close_gate()
        try:
            return answer(self, request)
        finally:
            close_gate()

    monkeypatch.setattr(ClientHandler, "get_response", one_request)


_SWITCH_TRIGGERS = """
do $x$ declare one regclass; begin
  for one in select distinct tgrelid::regclass from pg_trigger
   where not tgisinternal and tgrelid::regclass::text like 'audit_%%' loop
    execute format('alter table %%s %s trigger user', one);
  end loop;
end $x$
"""


def switch_triggers(cursor: Any, how: str) -> None:
    """`disable` or `enable` what keeps the trail append-only, on every table and partition."""
    cursor.execute(_SWITCH_TRIGGERS % how)


_KEPT = """('django_migrations', 'django_content_type', 'auth_permission',
 'audit_epoch', 'audit_policy', 'audit_reached', 'audit_turn')"""
_WRITTEN_TO = f"""
select array_agg(oid::regclass::text) from pg_class
 where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0
   and relname not in {_KEPT}
"""
_RESTART = f"""
select setval(seqrelid::regclass, seqstart, false)
  from pg_sequence join pg_depend on objid = seqrelid join pg_class kept on kept.oid = refobjid
 where refclassid = 'pg_class'::regclass and relnamespace = 'public'::regnamespace
   and relname not in {_KEPT}
"""


def _flush_as_owner(self: TransactionTestCase) -> None:
    """Empty the tables after a test that really committed; the application role rightly may not.
    Only those in which something was written: to empty all of them takes longer than most tests."""
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        cursor.execute(_WRITTEN_TO)
        if written := cursor.fetchone()[0]:
            cursor.execute(f"truncate {', '.join(written)} cascade")
        cursor.execute(_RESTART)
        cursor.execute("delete from audit_epoch where number > 1")
        cursor.execute("update audit_reached set at = clock_timestamp()")
        switch_triggers(cursor, "enable")


@pytest.fixture(scope="session", autouse=True)
def committed_tests_are_flushed_by_the_owner() -> None:
    TransactionTestCase._fixture_teardown = _flush_as_owner  # type: ignore[method-assign]
