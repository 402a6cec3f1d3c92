"""Backups, and an empty database to restore them into."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import as_owner


@pytest.fixture
def files(tmp_path: Path, settings) -> Path:
    folder = tmp_path / "var" / "files"
    settings.FILES_ROOT = folder
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "abc.pdf").write_bytes(b"%PDF a file somebody handed in")
    return folder


@pytest.fixture
def second_database() -> Iterator[str]:
    """An empty database of the owner's, beside the one of the tests."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"drop database if exists {name}")
        cursor.execute(f"create database {name} template template0")
    yield name
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"drop database {name}")


@contextmanager
def in_database(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def make_backup(folder: Path, name: str = "portal.tar") -> Path:
    file = folder / name
    with as_owner():
        call_command("backup", str(file), stdout=io.StringIO())
    return file


def restore(file: Path, database: str) -> str:
    said = io.StringIO()
    with in_database(database), as_owner():
        call_command("restore", str(file), stdout=said, stderr=said)
    return said.getvalue()
