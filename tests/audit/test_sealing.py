"""The seal: whatever is changed, removed, slipped in, moved or cut off is noticed and named."""

from contextlib import contextmanager
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from audit.kernel.actors import Actor, Purpose
from audit.sealing.sealer import seal
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from
from audit.sealing.verify import verify
from audit.trail import record
from tests.conftest import as_owner, as_sealer, switch_triggers

pytestmark = pytest.mark.django_db(transaction=True)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PATIENCE = 5000
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
    passes = []
    for _ in range(PATIENCE):
        passes.append(seal(key, **limits).entries)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from audit_entry")
            entries = cursor.fetchone()[0]
            cursor.execute("select coalesce(sum(size), 0) from audit_pass")
            if cursor.fetchone()[0] >= entries:
                return [taken for taken in passes if taken]
    raise AssertionError("another transaction has been open for too long")


def sealed(count: int = 6) -> list[int]:
    """The same, under a signed head."""
    written = write(count)
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


def test_a_trail_nobody_touched_is_whole():
    entries = sealed()
    report = verify(DatabaseSource(), published=heads_from("true order by number"))
    assert [str(fault) for fault in report.faults] == []
    assert report.entries >= len(entries)


COLUMNS = {
    "at": "at - interval '1 second'",
    "actor": "gen_random_uuid()",
    "actor_label": "'somebody else'",
    "capacity": "'clerk'",
    "department": "'elsewhere'",
    "region": "'110000'",
    "principal": "gen_random_uuid()",
    "mandate": "gen_random_uuid()",
    "sign_in": "'another'",
    "verb": "'test.other'",
    "object_kind": "'another.kind'",
    "object_id": "'77'",
    "purpose_kind": "'case'",
    "purpose": "'YB-0000'",
    "outcome": "'refused'",
    "request_id": "'another'",
    "detail_hash": "sha256('x')",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_field_of_any_kind_is_found(column):
    entries = sealed()
    with tampering() as cursor:
        cursor.execute(
            f"update audit_entry set {column} = {COLUMNS[column]} where id = %s", [entries[2]]
        )
        kinds, first = faults()
        # A moment that was changed also leaves the entry's subjects behind, at the old one.
        assert kinds == ({"changed", "inserted"} if column == "at" else {"changed"})
        assert first == entries[2]


FIRST_HEAD = "number = (select min(number) from audit_head where size > 0)"
TAMPERED = {
    "first entry removed": ("delete from audit_entry where id = %(first)s", "removed", "first"),
    "middle entry removed": ("delete from audit_entry where id = %(third)s", "removed", "third"),
    "last entry removed": ("delete from audit_entry where id = %(last)s", "removed", "last"),
    "subject added": (
        "insert into audit_subject(entry_id, subject, at)"
        " select id, gen_random_uuid(), at from audit_entry where id = %(third)s",
        "changed",
        "third",
    ),
    "subject added beside the entry's moment": (
        "insert into audit_subject(entry_id, subject, at)"
        " select id, gen_random_uuid(), at - interval '1 second' from audit_entry"
        " where id = %(third)s",
        "inserted",
        "third",
    ),
    "subject exchanged": (
        "update audit_subject set subject = gen_random_uuid()"
        " where (entry_id, subject::text) in"
        " (select entry_id, min(subject::text) from audit_subject"
        " where entry_id = %(third)s group by 1)",
        "changed",
        "third",
    ),
    "subject removed": (
        "delete from audit_subject where (entry_id, subject::text) in"
        " (select entry_id, min(subject::text) from audit_subject"
        " where entry_id = %(third)s group by 1)",
        "changed",
        "third",
    ),
    "entries exchanged": (
        "update audit_entry e set request_id = o.request_id, at = o.at from audit_entry o"
        " where (e.id, o.id) in ((%(first)s, %(third)s), (%(third)s, %(first)s))",
        "changed",
        "first",
    ),
    "entry numbered anew": (
        "update audit_entry set id = 900000 where id = %(third)s",
        "removed",
        "third",
    ),
    "leaves put in another order": (
        "update audit_pass set entries = array(select e from unnest(entries) e order by e desc)"
        " where first_leaf = 0",
        "reordered",
        "first",
    ),
    "pass with its entries removed": (
        "delete from audit_entry where id in (select unnest(entries) from audit_pass);"
        " delete from audit_subject; delete from audit_pass",
        "cut tail",
        None,
    ),
    "entry slipped in": (
        "create temporary table copy as select * from audit_entry where id = %(third)s;"
        " update copy set id = 900000, verb = 'test.slipped';"
        " insert into audit_entry select * from copy",
        "inserted",
        "slipped",
    ),
    "entry repeated": (
        "create temporary table copy as select * from audit_entry where id = %(third)s;"
        " update copy set id = 900000;"
        " insert into audit_entry select * from copy",
        "inserted",
        "slipped",
    ),
    "entry repeated under its own number at another moment": (
        "create temporary table copy as select * from audit_entry where id = %(third)s;"
        " update copy set at = at - interval '1 second';"
        " insert into audit_entry select * from copy",
        "inserted",
        "third",
    ),
    "hashes rewritten with the entry": (
        "update audit_entry set verb = 'test.other' where id = %(third)s;"
        " update audit_tile set hashes = decode(repeat('ab', length(hashes)), 'hex')"
        " where level = 0 and place = 0",
        "rewritten",
        "first",
    ),
    "head cut out": (f"delete from audit_head where {FIRST_HEAD}", "removed head", None),
    "head rewritten": (
        f"update audit_head set root = repeat('0', 64) where {FIRST_HEAD}",
        "forged signature",
        "first",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_the_owner_does_to_the_trail_is_found(what):
    entries = sealed() + sealed(2)
    places = {"first": entries[0], "third": entries[2], "last": entries[-1], "slipped": 900_000}
    tampered, kind, begins = TAMPERED[what]
    with tampering() as cursor:
        cursor.execute(tampered, places)
        kinds, first = faults()
    assert kind in kinds
    assert first == places.get(begins)
