"""Rows that need an entry of their act: tried with every wrong one, and with the right one."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.kernel.actors import Capacity
from audit.trail import ObjectRef, record
from tests.factories.identity import make_posting, officer_actor


@contextmanager
def at_the_end_of_the_transaction() -> Any:
    """What waits for the end is asked now; then everything is undone."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def is_demanded(write: Callable[[], object], *, by: Any, verb: str, on: ObjectRef) -> None:
    """Not without the entry, not with that of somebody else, of somebody in another capacity, of
    another thing, of another act or of one that was refused; and with it."""
    another = officer_actor(make_posting(capacity=by.capacity))
    nobody = replace(by, account_id=None, capacity=Capacity.SYSTEM)
    wrong = [
        None,
        {"actor": nobody, "verb": verb, "on": on},
        {"actor": replace(nobody, label=str(by.account)), "verb": verb, "on": on},
        {"actor": replace(by, capacity=Capacity.CITIZEN), "verb": verb, "on": on},
        {"actor": another, "verb": verb, "on": on},
        {"actor": by, "verb": verb, "on": ObjectRef(on.kind, "0")},
        {"actor": by, "verb": verb, "on": ObjectRef("another.kind", on.id)},
        {"actor": by, "verb": "test.other", "on": on},
        {"actor": by, "verb": verb, "on": on, "outcome": "refused"},
    ]
    for said in wrong:
        with pytest.raises(ProgrammingError, match="no entry of"):
            carry_out(write, said)
    carry_out(write, {"actor": by, "verb": verb, "on": on})


def carry_out(write: Callable[[], object], said: dict[str, Any] | None) -> None:
    with at_the_end_of_the_transaction():
        write()
        if said is not None:
            record(**said)
