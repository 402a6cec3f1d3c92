"""A proof of an entry is found by number and moment, also after its month was in an archive."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.keeping.erasing import ERASED, JOB, KIND_OF_ALL
from audit.keeping.register import lacking_for_archive, read_register, write_register
from audit.keeping.returning import restore_month
from audit.sealing.keyring import known_keys
from audit.sealing.proofs import Proof, proof_of
from audit.sealing.sealer import seal
from tests.conftest import as_owner, as_sealer, switch_triggers
from tests.factories.old_months import archived, erasure, write_old
from tests.factories.sealing import KEY, seal_all, sealed, tampering

pytestmark = pytest.mark.django_db(transaction=True)


def say_otherwise(entry_id: int, **columns: str) -> None:
    """Let an entry of long ago that is not sealed yet say something else."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for column, value in columns.items():
            cursor.execute(f"update audit_entry set {column} = %s where id = %s", [value, entry_id])
        switch_triggers(cursor, "enable")


def documents(entries: list[int]) -> list[dict[str, Any] | None]:
    found = [proof_of(entry) for entry in entries]
    return [proof and proof.as_dict() for proof in found]


def test_a_month_that_was_away_is_proven_as_before(old_month, tmp_path):
    before = documents(old_month)
    gone = archived(tmp_path)
    assert documents(old_month) == [None] * 5
    with as_owner():
        restore_month(gone.path)
    assert documents(old_month) == before
    with as_sealer():
        seal_all(KEY)
    assert documents(old_month) == before
    assert [Proof.read(one).holds(KEY.public_key()) for one in before] == [True] * 5


@pytest.mark.parametrize("epoch_begins", ["before the return", "after the return"])
def test_a_new_epoch_takes_no_proof_away(old_month, tmp_path, epoch_begins):
    before = documents(old_month)
    gone = archived(tmp_path)
    with tampering() as cursor:
        if epoch_begins == "after the return":
            restore_month(gone.path)
        cursor.execute("update audit_epoch set cluster = 'another'")
        later = seal(KEY)
        assert later.head.epoch == 2
        if epoch_begins == "before the return":
            restore_month(gone.path)
        assert documents(old_month) == before


def test_entries_of_one_moment_in_two_passes_are_told_apart(old_month):
    entries = [*old_month]
    for _ in range(2):
        entries += write_old(2)
        with as_sealer():
            seal_all(KEY)
    found = [proof_of(entry) for entry in entries]
    assert [proof.leaf.entry_id for proof in found] == entries
    assert [proof.holds(KEY.public_key()) for proof in found] == [True] * 9
    assert len({proof.head.number for proof in found}) > 2


def test_among_many_passes_and_heads_both_are_found_by_index():
    entry = sealed(3)[1]
    with tampering() as cursor:
        cursor.execute(
            "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries, earliest,"
            " latest) select 1, 1000 + n, 1, '1', '1', array[-n], t, t"
            " from generate_series(1, 20000) n, lateral (select now() - n * interval '1 min' t) m"
        )
        cursor.execute(
            "insert into audit_head select 1000 + n, epoch, 1000 + n, root, at, previous, key_id,"
            " signature from audit_head, generate_series(1, 20000) n where number = 1"
        )
        cursor.execute("analyze audit_pass; analyze audit_head")
        with CaptureQueriesContext(connection) as caught:
            assert proof_of(entry).holds(KEY.public_key())
        plans = {}
        for one in caught.captured_queries:
            cursor.execute(f"explain {one['sql']}")
            plans[one["sql"]] = "\n".join(line for (line,) in cursor.fetchall())
    (of_pass,) = [plan for sql, plan in plans.items() if "from audit_pass" in sql]
    (of_head,) = [plan for sql, plan in plans.items() if "from audit_head" in sql]
    assert "Index Scan using audit_pass_by_moment" in of_pass
    assert "Index Scan using audit_head_by_size" in of_head


def test_the_register_names_the_erasures_that_only_an_archive_can_prove(
    old_month, tmp_path, settings, capsys
):
    wanted, file = erasure(timezone.localdate()), tmp_path / "erasures.jsonl"
    settings.ERASURES_FILE = file
    (entry,) = write_old(1, others=0)
    say_otherwise(
        entry,
        verb=ERASED,
        actor_label=JOB,
        object_kind=KIND_OF_ALL,
        object_id=str(wanted.before),
        purpose_kind="reason",
        purpose=wanted.ground.value,
        request_id=wanted.number,
    )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_erasure_rule(number, entry_id, subject, before, with_others, ground)"
            " values (%s, %s, %s, %s, true, %s)",
            [wanted.number, entry, wanted.subject, wanted.before, wanted.ground.value],
        )
        assert (write_register(file), lacking_for_archive(file)) == (1, [])
    with as_sealer():
        seal_all(KEY)
    gone = archived(tmp_path)
    with as_owner():
        assert (write_register(file), lacking_for_archive(file)) == (0, [wanted.number])
        call_command("erase_words", wait=0)
        assert f"Not in {file}: {wanted.number}. The entries that" in capsys.readouterr().out
        restore_month(gone.path)
        assert (write_register(file), lacking_for_archive(file)) == (0, [])
    archived(tmp_path)
    assert lacking_for_archive(file) == []  # the file was kept
    assert read_register(file, known_keys()[0]) == [wanted]
