"""The trail by months: rooms ahead, rights on each, and the same moment in all three tables."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from audit.kernel.actors import Actor, Purpose
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.pages import page_of
from audit.sealing.sealer import seal
from audit.trail import record
from tests.conftest import as_owner

TABLES = ("audit_entry", "audit_subject", "audit_detail")
AHEAD = timedelta(days=92)


def rooms() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent::regclass::text = any(%s)",
            [list(TABLES)],
        )
        return {row[0] for row in cursor.fetchall()}


def month_of(day: date) -> str:
    return day.strftime("%Y_%m")


@pytest.mark.django_db(transaction=True)
def test_there_is_room_for_this_month_and_the_next_three():
    today = timezone.now().date()
    for day in (today, today + AHEAD):
        assert {f"{table}_{month_of(day)}" for table in TABLES} <= rooms()


@pytest.mark.django_db(transaction=True)
def test_room_is_made_ahead_and_no_further_than_two_years():
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "select audit_make_room((current_date + 300)::date, (current_date + 300)::date)"
            )
            assert cursor.fetchone() == (3,)
            cursor.execute(
                "select audit_make_room((current_date + 300)::date, (current_date + 300)::date)"
            )
            assert cursor.fetchone() == (0,)
        made = month_of(timezone.now().date() + timedelta(days=300))
        assert f"audit_entry_{made}" in rooms()
        with pytest.raises(Exception, match="two years ahead"), connection.cursor() as cursor:
            cursor.execute("select audit_make_room(current_date, (current_date + 900)::date)")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_nobody_but_the_owner_has_any_right_on_a_room():
    with connection.cursor() as cursor:
        cursor.execute(
            "select room, role, wanted from unnest(%s) room,"
            " unnest(array['portal_app', 'portal_sealer']) role,"
            " unnest(array['select', 'insert', 'update', 'delete', 'truncate']) wanted"
            " where has_table_privilege(role, room, wanted)",
            [sorted(rooms())],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["update {} set at = at", "delete from {}", "truncate {}"])
def test_what_is_in_a_room_stays_also_for_the_owner_who_slips(table, act):
    if table == "audit_detail" and act.startswith("delete"):
        act = "update {} set body = '{{}}'"  # words are erased where the law says so
    room = f"{table}_{month_of(timezone.now().date())}"
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="append-only"):
            cursor.execute(act.format(room))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_entry_its_subjects_and_its_words_carry_the_same_moment():
    person = uuid4()
    entry_id = record(
        actor=Actor.system("test"),
        verb="test.looked",
        subjects=[person],
        purpose=Purpose.duty("test"),
        detail={"note": "words"},
    )
    moment = AuditEntry.objects.get(pk=entry_id).at
    assert AuditSubject.objects.get(entry_id=entry_id).at == moment
    assert AuditDetail.objects.get(entry_id=entry_id).at == moment


@pytest.mark.django_db
def test_pages_by_moment_lose_nothing_between_two_entries_of_one_millisecond():
    written = [record(actor=Actor.system("test"), verb="test.looked") for _ in range(6)]
    entries = AuditEntry.objects.filter(pk__in=written)
    seen, cursor = [], ""
    while True:
        page = page_of(entries, keys=("at", "id"), cursor=cursor, descending=True, size=1)
        seen += [row.pk for row in page.rows]
        cursor = page.after
        if not cursor:
            break
    assert seen == sorted(written, reverse=True)


@pytest.mark.django_db(transaction=True)
def test_a_pass_of_the_sealer_makes_the_room_that_is_missing():
    missing = {f"{table}_{month_of(timezone.now().date() + AHEAD)}" for table in TABLES}
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"drop table {', '.join(missing)}")
        assert not missing & rooms()
        seal(Ed25519PrivateKey.from_private_bytes(bytes(32)))
        assert missing <= rooms()
        transaction.set_rollback(True)
