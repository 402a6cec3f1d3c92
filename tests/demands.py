"""Rows that need an entry of their act: tried with every wrong one, and with the right one."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from tests.factories.identity import citizen_actor, make_citizen, make_posting, officer_actor

DUTY = Purpose.duty("supervision")
NOT_TOLD = "no entry of|says what its entry says|another one confirms"


def judge_at_once() -> None:
    """What waits for the end of the transaction is asked now."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


@contextmanager
def at_the_end_of_the_transaction() -> Any:
    """What waits for the end is asked now; then everything is undone."""
    with transaction.atomic():
        yield
        judge_at_once()
        transaction.set_rollback(True)


def is_demanded(
    write: Callable[[], object],
    *,
    by: Any,
    verb: str,
    on: ObjectRef,
    about: Sequence[UUID] = (),
) -> None:
    """Not without the entry, not with that of somebody else, of somebody in another capacity, of
    another thing, of another act, of one that was refused, or of one that leaves out whom it is
    `about`; and with it."""
    true = {"actor": by, "verb": verb, "on": on, "subjects": list(about), "purpose": DUTY}
    another = officer_actor(make_posting(capacity=by.capacity))
    wrong = [
        None,
        {"actor": Actor.system("test")},
        {"actor": citizen_actor(make_citizen(proven=False)), "subjects": []},
        {"actor": another},
        {"on": ObjectRef(on.kind, "0")},
        {"on": ObjectRef("another.kind", on.id)},
        {"verb": "test.other"},
        {"outcome": "refused"},
        *([{"subjects": []}] if about else []),
    ]
    for said in wrong:
        with pytest.raises(ProgrammingError, match=NOT_TOLD):
            carry_out(write, None if said is None else {**true, **said})
    carry_out(write, true)


def is_held_to_its_entry(write: Callable[..., object], other: dict[str, Any], **entry: Any) -> None:
    """As `is_demanded`, and not with a row that says one of these things, other than its entry."""
    is_demanded(write, **entry)
    true = {"actor": entry["by"], "subjects": list(entry.get("about", ())), "purpose": DUTY}
    true |= {"verb": entry["verb"], "on": entry["on"]}
    for field, value in other.items():
        with pytest.raises(ProgrammingError, match=NOT_TOLD):
            carry_out(partial(write, **{field: value}), true)


def carry_out(write: Callable[[], object], said: dict[str, Any] | None) -> None:
    """Up to the end of the transaction, with this entry or none; then undone."""
    with at_the_end_of_the_transaction():
        if said is not None:
            record(**said)
        write()
