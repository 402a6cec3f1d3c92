"""A trail that was dumped and restored elsewhere: a new epoch, and everything still holds."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from audit.kernel.actors import Actor
from audit.sealing.export import FileSource, write_export
from audit.sealing.places import waiting_age
from audit.sealing.proofs import proof_of
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from, last_head
from audit.sealing.verify import verify
from audit.structure.comparing import faults_of_structure
from audit.trail import record
from tests.audit.verify_cases import run
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.backups import in_database, make_backup, restore
from tests.factories.sealing import KEY, seal_all, sealed, write

pytestmark = pytest.mark.django_db(transaction=True)

FURTHER = 5_000_000
# One of the safeguards a restore says in other words.
WEAKENED = """
alter table audit_trailexport drop constraint audit_export_made_only_when_allowed;
alter table audit_trailexport add constraint audit_export_made_only_when_allowed
  check (state in ('asked', 'refused', 'taken', 'expired', 'made', 'fetched')
         or answered_by is not null)
"""


@pytest.fixture
def restored(tmp_path: Path, files: Path, second_database: str) -> tuple[str, list[int], list]:
    """Another database with what was dumped of this one: three entries sealed, two not yet.

    Also the entries, and the heads somebody kept before.
    """
    entries = sealed(3)
    kept = heads_from("true order by number")
    entries += write(2)
    backup = make_backup(tmp_path)
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()
    restore(backup, second_database)
    return second_database, entries, kept


def old_numbers_are_higher() -> None:
    """As if the dump came from a server that had counted further: its transaction numbers lie ahead
    of everything here, and those of the entries to come will lie among them."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for table, number in (
            ("entry", "xid"),
            ("pass", "from_xid"),
            ("pass", "upto_xid"),
            ("epoch", "from_xid"),
        ):
            cursor.execute(
                f"update audit_{table} set {number} = (({number}::text::bigint + %s)::text)::xid8",
                [FURTHER],
            )
        cursor.execute(
            "insert into audit_opening(subject, at, xid) select gen_random_uuid(),"
            " now() - interval '1 day', (n::text)::xid8 from generate_series("
            " pg_current_xact_id()::text::bigint, pg_current_xact_id()::text::bigint + 200) n"
        )
        switch_triggers(cursor, "enable")


@pytest.mark.parametrize("numbers", ["as they were", "of a server that had counted further"])
def test_both_epochs_verify_and_what_was_published_still_matches(
    restored: tuple[str, list[int], list], numbers: str, tmp_path: Path
) -> None:
    database, entries, kept = restored
    with in_database(database):
        if numbers != "as they were":
            old_numbers_are_higher()
        with as_sealer():
            seal_all()
        later = write(2)
        with as_sealer():
            seal_all()

        assert waiting_age() is None
        assert {head.epoch for head in heads_from("true order by number")} == {1, 2}
        report = verify(DatabaseSource(), published=kept)
        assert [str(fault) for fault in report.faults] == []
        assert proof_of(entries[0]).head.epoch == 1
        for entry in (entries[4], later[1]):
            proof = proof_of(entry)
            assert (proof.head.epoch, proof.holds(KEY.public_key())) == (2, True)

        write_export(DatabaseSource(), tmp_path / "trail.gz")
        assert verify(FileSource(tmp_path / "trail.gz"), published=kept).faults == []


def test_a_restored_database_is_built_as_it_was_and_a_weakened_safeguard_is_found(
    restored: tuple[str, list[int], list],
) -> None:
    with in_database(restored[0]):
        assert [str(fault) for fault in faults_of_structure()] == []
        with as_owner():
            connection.cursor().execute(WEAKENED)
        (fault,) = faults_of_structure()
        assert fault.kind == "changed constraint"


def test_entries_of_before_do_not_wait_for_the_seal_when_their_numbers_come_again(
    restored: tuple[str, list[int], list],
) -> None:
    database, _entries, _kept = restored
    with in_database(database):
        with as_sealer():
            seal_all()
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            switch_triggers(cursor, "disable")
            cursor.execute("update audit_entry set xid = pg_current_xact_id()")
            switch_triggers(cursor, "enable")
        assert waiting_age() is None
        write(1)
        assert waiting_age() is not None


def test_a_head_of_before_shows_what_was_changed_on_the_way(
    restored: tuple[str, list[int], list],
) -> None:
    database, entries, kept = restored
    with in_database(database):
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            switch_triggers(cursor, "disable")
            cursor.execute("update audit_entry set verb = 'x.y' where id = %s", [entries[1]])
            switch_triggers(cursor, "enable")
        with as_sealer():
            seal_all()
        report = verify(DatabaseSource(), published=kept)
        assert ({fault.kind for fault in report.faults}, report.first_entry) == (
            {"changed"},
            entries[1],
        )


def test_numbers_that_come_again_open_nothing(restored: tuple[str, list[int], list]) -> None:
    """Every transaction to come meets an opening of the old server under its own number."""
    database, _entries, _kept = restored
    with in_database(database):
        old_numbers_are_higher()
        for _ in range(5):
            with transaction.atomic():
                run("select pg_current_xact_id()")
                met = "select count(*) from audit_opening where xid = pg_current_xact_id()"
                with connection.cursor() as cursor:
                    cursor.execute(met)
                    assert cursor.fetchone() == (1,)
                with pytest.raises(ProgrammingError, match="recorded nobody"), transaction.atomic():
                    run("select audit_opened()")
                subject = uuid4()
                record(actor=Actor.system("test"), verb="test.looked", subjects=[subject])
                with connection.cursor() as cursor:
                    cursor.execute("select audit_opened()")
                    assert cursor.fetchone() == ([subject],)


def test_the_first_pass_elsewhere_begins_the_epoch_at_once(
    restored: tuple[str, list[int], list],
) -> None:
    database, entries, _kept = restored
    with in_database(database):
        with as_sealer():
            seal_all()
        head = last_head()
        # What the dump had not sealed, and the two entries of the backup and the restore.
        assert (head.epoch, head.size) == (2, len(entries) - 3 + 2)
