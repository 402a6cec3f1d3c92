"""The three roles of the database: one owns it, one works with it, one seals the trail."""

import hashlib
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import sql

SUPERUSER = "postgres"
OWNER = "portal_owner"
APP = "portal_app"
SEALER = "portal_sealer"
ALL = (OWNER, APP, SEALER)
DATABASE = "portal"

# A forgotten transaction keeps rows locked and old versions alive, an endless statement keeps a
# worker: the app role has limits. Migrations and backups run as the owner, without them.
APP_LIMITS = {
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    # Its questions are short, and asked over many months: starting helpers or a compiler for one
    # costs ten times what they save.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # What a session asks is shown to every other of the same role, with the values in it: whoever
    # has stolen the password would read along what people write. Only a superuser can switch it on.
    "track_activities": "off",
}


def fingerprint(*, test: bool) -> str:
    """Changes when the roles would be made differently."""
    return hashlib.sha256(repr((ALL, DATABASE, APP_LIMITS, test)).encode()).hexdigest()


def make_roles(superuser_url: str, passwords: Mapping[str, str], *, test: bool) -> None:
    """Make the roles and the database, or bring those that exist up to date.

    The owner inherits: PostgreSQL 15 gives the owner of a new database its rights on the
    schema `public` through membership only. It may make databases in the test cluster alone.
    """
    with closing(psycopg2.connect(superuser_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for role in ALL:
                cursor.execute("select 1 from pg_roles where rolname = %s", [role])
                verb = "alter" if cursor.fetchone() else "create"
                makes_databases = test and role == OWNER
                cursor.execute(_role(verb, role, passwords[role], makes_databases))
            _put_back_settings(cursor)
            cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"create database {DATABASE} owner {OWNER}")
    with closing(psycopg2.connect(superuser_url, dbname=DATABASE)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"alter schema public owner to {OWNER}")


def put_back(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Take back what roles have changed of themselves, which PostgreSQL lets them: settings and
    passwords. Done at every start, or one statement of a break-in would keep the portal down."""
    with closing(psycopg2.connect(superuser_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            _put_back_settings(cursor)
            for role in ALL:
                cursor.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(role), sql.Literal(passwords[role])
                    )
                )


def _put_back_settings(cursor: Any) -> None:
    for role in ALL:
        cursor.execute(sql.SQL("alter role {} reset all").format(sql.Identifier(role)))
    for setting, value in APP_LIMITS.items():
        cursor.execute(
            sql.SQL("alter role {} set {} = {}").format(
                sql.Identifier(APP), sql.Identifier(setting), sql.Literal(value)
            )
        )


def _role(verb: str, role: str, password: str, makes_databases: bool) -> sql.Composed:
    attributes = "login inherit nosuperuser nocreaterole noreplication nobypassrls "
    attributes += "createdb" if makes_databases else "nocreatedb"
    return sql.SQL(f"{verb} role {{}} {attributes} password {{}}").format(
        sql.Identifier(role), sql.Literal(password)
    )
