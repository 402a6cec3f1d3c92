"""Every line of the table of what a check finds, in the database and in an export of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.keeping.erasing import Erasure, Ground, erase
from audit.kernel.actors import Purpose
from audit.models import AuditSubject
from audit.sealing.export import FileSource, write_export
from audit.sealing.leaves import COLUMNS
from audit.sealing.sealer import seal
from audit.sealing.sources import DatabaseSource, Source
from audit.sealing.store import heads_from
from audit.sealing.verify import verify
from audit.trail import record
from tests.audit.verify_cases import NOTHING, SLIPPED, Case, erased, run
from tests.audit.verify_cases_of_columns import NOTES, WITH_CASE
from tests.audit.verify_cases_of_the_seal import CASES, as_table
from tests.conftest import as_owner, as_sealer
from tests.factories.erasures import order_in_trail
from tests.factories.sealing import ACTOR, KEY, tampering, wait_for_others

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "what-audit-verify-finds.md"
FIRST, SECOND, LARGE = 6, 2, 260


def sealed_trail(size: int) -> dict[str, Any]:
    """Two passes under two heads; what the places of the table are called."""
    entries = []
    for number in range(1, size + SECOND + 1):
        with transaction.atomic():
            detail = {"why": "some words"} if number != SECOND else None  # the second has none
            who = [uuid4(), uuid4()]
            why = Purpose.duty("test")
            entries.append(
                record(actor=ACTOR, verb="test.seen", subjects=who, purpose=why, detail=detail)
            )
        if number in (size, size + SECOND):
            wait_for_others()
            with as_sealer():
                assert seal(KEY).entries == (size if number == size else SECOND)
    return {
        "first": entries[0],
        "second": entries[1],
        "third": entries[2],
        "sixth": entries[size - 1],
        "seventh": entries[size],
        "last": entries[-1],
        "slipped": SLIPPED,
        NOTHING: 0,
    }


Found = tuple[set[str], int | None, int | None]
ALL_GOOD: Found = (set(), None, None)


def found(source: Source, published: Any = ()) -> Found:
    """The kinds of faults, the first bad entry, and else after which good one it begins."""
    report = verify(source, published=published)
    good = report.last_good if report.first_entry is None else None
    return {fault.kind for fault in report.faults}, report.first_entry, good


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_the_check_finds(case: Case, tmp_path: Path) -> None:
    places = sealed_trail(LARGE if case.large else FIRST)
    kept = heads_from("true order by number")
    with tampering():
        assert found(DatabaseSource(), kept) == ALL_GOOD
        if isinstance(case.act, str):
            run(case.act, places)
        else:
            case.act(places)
        write_export(DatabaseSource(), tmp_path / "trail.jsonl.gz")
        named = (places[one] if one else None for one in (case.first, case.after))
        expected = (set(case.finds), *named)
        for source in (DatabaseSource(), FileSource(tmp_path / "trail.jsonl.gz")):
            assert found(source, kept if case.outside else ()) == expected
        if case.outside:
            assert found(DatabaseSource()) == ALL_GOOD


def test_each_column_of_the_seal_has_its_case() -> None:
    tables = sorted({table for table, _column in WITH_CASE})
    with connection.cursor() as cursor:
        cursor.execute(
            "select attrelid::regclass::text, attname from pg_attribute"
            " where attrelid = any(%s::regclass[]) and attnum > 0 and not attisdropped",
            [tables],
        )
        there = set(cursor.fetchall())
    fields = {("audit_entry", column) for column in COLUMNS}  # `id`: an entry numbered anew
    assert there == WITH_CASE | NOTES.keys() | fields
    assert len(tables) == 8


def test_words_erased_by_law_are_no_fault(tmp_path: Path) -> None:
    places = sealed_trail(FIRST)
    about = AuditSubject.objects.filter(entry_id=places["third"])
    subject = about.values_list("subject", flat=True)[0]
    erasure = Erasure(
        number="TE-2026-AAAA-0001",
        subject=subject,
        before=timezone.localdate() + timedelta(days=1),
        ground=Ground.WITHDRAWN,
        with_others=True,
    )
    order_in_trail(erasure)
    with as_owner():
        assert erase(erasure) == 1
    write_export(DatabaseSource(), tmp_path / "waiting.gz")
    for source in (DatabaseSource(), FileSource(tmp_path / "waiting.gz")):
        assert found(source) == ALL_GOOD
    wait_for_others()
    with as_sealer():
        seal(KEY)
    write_export(DatabaseSource(), tmp_path / "sealed.gz")
    for source in (DatabaseSource(), FileSource(tmp_path / "sealed.gz")):
        assert found(source) == ALL_GOOD


def test_an_order_forged_whole_before_the_seal_counts() -> None:
    """The limit; and that each of the cases differs in one thing from an order that counts."""
    places = sealed_trail(FIRST)
    with tampering():
        erased()(places)
        assert found(DatabaseSource()) == ALL_GOOD


def test_the_guide_shows_the_table() -> None:
    assert as_table() in GUIDE.read_text(encoding="utf-8")
