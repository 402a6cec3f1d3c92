"""What `manage.py` says when the database cannot be used as a command needs it."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2.errors
import pytest

from portal.engine.errors import refusal_in_words
from portal.engine.paths import TREE


def said(*arguments: str, database: str) -> str:
    """The last line of a command that cannot work; its exit status is 1 then."""
    address = urlsplit(os.environ["DATABASE_URL"])
    where = f"{address.netloc}/{database}" if database else "127.0.0.1:1/nowhere"
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=TREE,
        env={**os.environ, "DATABASE_URL": f"{address.scheme}://{where}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_database_that_does_not_answer_is_told_in_a_sentence():
    assert said("sweep", database="").startswith("The database cannot be used: ")


def test_a_database_without_tables_is_told_what_to_run():
    assert said("sweep", database="postgres") == (
        "The database lacks tables of this version: run"
        " manage.py migrate --settings portal.settings_owner first."
    )


def test_a_role_that_may_not_is_told_which_settings_may():
    words = refusal_in_words(psycopg2.errors.InsufficientPrivilege("permission denied for table x"))
    assert words == (
        "Permission denied for table x. The settings name a role that may not: sealing takes"
        " --settings portal.settings_sealer, archiving, restoring and erasing --settings"
        " portal.settings_owner, and everything else neither."
    )


@pytest.mark.parametrize("fault", [psycopg2.errors.SyntaxError(), ValueError(), None])
def test_a_fault_of_ours_keeps_its_traceback(fault):
    assert refusal_in_words(fault) == ""
