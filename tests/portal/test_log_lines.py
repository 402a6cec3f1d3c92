"""The log says what went wrong and nothing of anybody's data."""

import logging
import sys

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from identity.models import Account
from portal.log_lines import PlainFormatter

pytestmark = pytest.mark.django_db
SECRET = "pbkdf2_sha256$secret"


@pytest.fixture
def fault() -> tuple:
    """What a refused row raises: the database repeats the row in its words."""
    try:
        with transaction.atomic():
            Account.objects.bulk_create(
                [Account(username="secret.one", kind="nobody", password=SECRET)]
            )
    except IntegrityError:
        return sys.exc_info()
    raise AssertionError("the database took it")


def line_of(message, *args, exc_info=None) -> str:
    record = logging.LogRecord("portal", logging.ERROR, "x", 1, message, args, exc_info)
    return PlainFormatter("%(levelname)s %(message)s").format(record)


def test_the_error_itself_holds_what_must_not_be_written(fault):
    assert SECRET in str(fault[1])


def test_a_fault_of_the_database_is_written_by_its_kind_and_its_way(fault):
    line = line_of("Internal Server Error: %s", "/admin/", exc_info=fault)

    assert SECRET not in line
    assert "secret.one" not in line
    assert "Internal Server Error: /admin/" in line
    assert "psycopg2.errors.CheckViolation (23514)" in line
    assert "test_log_lines.py" in line


def test_wherever_it_stands_in_a_chain_of_faults(fault):
    try:
        raise RuntimeError("while saving") from fault[1]
    except RuntimeError:
        line = line_of("odd", exc_info=sys.exc_info())

    assert "RuntimeError: while saving" in line
    assert SECRET not in line


def test_whoever_passes_on_the_error_or_its_text_gives_nothing_away(fault):
    assert SECRET not in line_of("refused: %s", fault[1])
    assert SECRET not in line_of("refused: %r", str(fault[1]))
    assert SECRET not in line_of(f"Task raised: {fault[1]!r}")
    wrapped = ValueError(str(fault[1]))
    assert SECRET not in line_of("odd", exc_info=(ValueError, wrapped, None))


def test_other_faults_keep_their_words():
    line = line_of("odd", exc_info=(KeyError, KeyError("colour"), None))

    assert "KeyError: 'colour'" in line
    assert line.startswith("ERROR odd")


def test_every_line_of_the_portal_is_written_this_way():
    assert settings.LOGGING["formatters"]["line"]["()"] == "portal.log_lines.PlainFormatter"
    assert {one["formatter"] for one in settings.LOGGING["handlers"].values()} == {"line"}


def test_a_question_the_database_cannot_read_is_not_repeated_either():
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 'secret.one'::int")
    except DatabaseError:
        line = line_of("odd", exc_info=sys.exc_info())

    assert "secret.one'::int" not in line.splitlines()[-1]
    assert "invalid input" not in line
