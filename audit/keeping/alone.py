"""What every command that keeps the trail begins with: as the owner, and with no other beside."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connection

KEEPING = 7_240_619  # the number under which the commands keep each other out of one database


class CannotBeKeptError(Exception):
    """The command cannot do its work now; the words say why and what to do."""


@contextmanager
def alone() -> Iterator[None]:
    """Work as the owner while no other command archives, restores or erases.

    An erasure in the middle of an archiving would be in neither. CannotBeKeptError otherwise.
    """
    _require_owner()
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [KEEPING])
        (is_free,) = cursor.fetchone()
    if not is_free:
        raise CannotBeKeptError(
            "Another command is archiving, restoring or erasing just now. Nothing was changed:"
            " wait for its end and repeat."
        )
    try:
        yield
    finally:
        # A connection that broke has given it back by itself.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [KEEPING])


def _require_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_userbyid(relowner) = current_user, current_user from pg_class"
            " where oid = 'audit_entry'::regclass"
        )
        is_owner, role = cursor.fetchone()
    if not is_owner:
        raise CannotBeKeptError(
            f"This is the work of the database's owner, and the settings name {role}:"
            " add --settings portal.settings_owner, and set DATABASE_OWNER_URL where the database"
            " is a server of your own."
        )
