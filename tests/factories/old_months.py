"""A month of long ago under seal: what leaves for an archive, and what is erased in it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.keeping.erasing import Erasure, Ground
from audit.keeping.months import Month
from audit.keeping.shelf import archive_month
from audit.kernel.actors import Actor, Purpose
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from
from audit.sealing.verify import verify
from audit.trail import record
from tests.conftest import as_owner, as_sealer
from tests.factories.sealing import KEY, seal_all

PERSON = uuid4()
OLD = Month.of(timezone.now() - timedelta(days=2400))


def write_old(count: int = 5, days: int = 0, others: int = 1) -> list[int]:
    """Entries of long ago, as they would stand there, each about two and with words."""
    moment = OLD.start + timedelta(days=days, hours=1)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select audit_make_room(%s, %s)", [OLD.first, OLD.after(1).first])
        cursor.execute(
            "with e as (insert into audit_entry(at, actor_label, capacity, department, region,"
            " sign_in, verb, object_kind, object_id, purpose_kind, purpose, outcome, request_id,"
            " detail_hash) select %(at)s, 'old', 'system', '', '', '', 'test.old', 'k', n::text,"
            " 'duty', 'test', 'done', 'r', sha256(convert_to("
            " '00000000-0000-0000-0000-000000000001' || '{\"note\": \"words\"}', 'UTF8'))"
            " from generate_series(1, %(n)s) n returning id, at),"
            " s as (insert into audit_subject(entry_id, subject, at)"
            " select id, one, at from e, unnest(%(subjects)s::uuid[]) one)"
            " insert into audit_detail(entry_id, at, salt, body, subjects)"
            " select id, at, '00000000-0000-0000-0000-000000000001', '{\"note\": \"words\"}',"
            " %(subjects)s::uuid[] from e returning entry_id",
            {
                "at": moment,
                "n": count,
                "subjects": [str(PERSON), *(str(uuid4()) for _ in range(others))],
            },
        )
        return sorted(row[0] for row in cursor.fetchall())


def write_now(count: int = 3) -> None:
    for _ in range(count):
        with transaction.atomic():
            record(actor=Actor.system("t"), verb="test.new", purpose=Purpose.duty("t"))


@pytest.fixture
def old_month():
    """An old month under seal, with the next one in the same passes; its rooms go at the end."""
    write_old(days=32)
    written = write_old()
    write_now()
    with as_sealer():
        seal_all(KEY, at_most=4)
    yield written
    with as_owner(), connection.cursor() as cursor:
        for month in (OLD, OLD.after(1)):
            for table in ("audit_entry", "audit_subject", "audit_detail"):
                cursor.execute(f"drop table if exists {month.room_of(table)}")


def found(**options) -> tuple[set[str], int]:
    """Kinds of faults, and how many entries are away. That the old entries were written today, and
    so are back-dated, is true and not what is asked here."""
    report = verify(DatabaseSource(), published=heads_from("true order by number"), **options)
    return {fault.kind for fault in report.faults} - {"back-dated"}, report.away


def erasure(before, *, subject=PERSON, number="TE-2026-AAAA-AAAA", with_others=True) -> Erasure:
    return Erasure(
        number=number,
        subject=subject,
        before=before,
        ground=Ground.WITHDRAWN,
        with_others=with_others,
    )


def archived(folder):
    with as_owner():
        gone = archive_month(OLD, folder)
    with as_sealer():
        seal_all(KEY)
    return gone


def rows() -> list[tuple]:
    """Everything of the old month that is sealed, and its words."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "select e.id, e.at, e.verb, e.object_id, e.detail_hash, d.salt, d.body::text,"
            " array(select s.subject from audit_subject s where s.entry_id = e.id order by 1)"
            " from audit_entry e left join audit_detail d on d.entry_id = e.id"
            " where e.at < %s order by e.id",
            [OLD.end],
        )
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor]
