"""Sealed entries, and the owner at work on them."""

from contextlib import contextmanager
from time import monotonic
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from audit.kernel.actors import Actor, Purpose
from audit.sealing.sealer import seal
from audit.sealing.sources import DatabaseSource
from audit.sealing.verify import verify
from audit.trail import record
from tests.conftest import as_owner, as_sealer, switch_triggers

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PATIENCE = 300  # seconds, of waiting for transactions of tests beside this one
ACTOR = Actor.system("sealing test")


def write(count: int = 1) -> list[int]:
    """Committed entries, each with two subjects; their ids."""
    written = []
    for _ in range(count):
        with transaction.atomic():
            written.append(
                record(
                    actor=ACTOR,
                    verb="test.sealed",
                    subjects=[uuid4(), uuid4()],
                    purpose=Purpose.duty("test"),
                )
            )
    return written


def seal_all(key: Ed25519PrivateKey = KEY, **limits: int) -> list[int]:
    """Seal until nothing waits; how many entries each pass took.

    Other sessions of tests on the same server may hold it up: it waits for their transactions.
    """
    wait_for_others()
    passes = []
    while taken := seal(key, **limits).entries:
        passes.append(taken)
    return passes


def wait_for_others() -> None:
    """Until every transaction of other tests on this server that is older than ours has ended."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                # What is beyond the newest transaction is of a server before this one.
                "select not exists (select from audit_entry, pg_current_snapshot() now"
                " where xid >= pg_snapshot_xmin(now) and xid < pg_snapshot_xmax(now))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("another transaction has been open for too long")


def sealed(count: int = 6) -> list[int]:
    """The same, in one pass under one signed head."""
    written = write(count)
    wait_for_others()
    with as_sealer():
        seal_all()
    return written


@contextmanager
def tampering():
    """The owner at work with every trigger off; undone at the end."""
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            switch_triggers(cursor, "disable")
            yield cursor
        transaction.set_rollback(True)


def faults(published=()) -> tuple[set[str], int | None]:
    """What a check finds: the kinds of faults, and the first bad entry."""
    report = verify(DatabaseSource(), published=published)
    return {fault.kind for fault in report.faults}, report.first_entry
