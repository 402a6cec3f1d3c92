"""The seal against whoever holds the database, and what outsiders can check by themselves."""

import json
import threading
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEntry
from audit.sealing.export import BrokenExportError, FileSource, write_export
from audit.sealing.heads import Head
from audit.sealing.keyring import UnvouchedKeyError, known_keys
from audit.sealing.merkle import is_consistent
from audit.sealing.proofs import Proof, consistency_proof, proof_of
from audit.sealing.publish import publish
from audit.sealing.sealer import seal
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from, last_head
from audit.sealing.verify import verify
from tests.conftest import as_role, as_sealer
from tests.factories.sealing import (
    KEY,
    OTHER_KEY,
    faults,
    seal_all,
    sealed,
    tampering,
    wait_for_others,
    write,
)

pytestmark = pytest.mark.django_db(transaction=True)

EVERYTHING = "delete from audit_head; delete from audit_tile; delete from audit_pass"


def all_heads() -> list[Head]:
    return heads_from("true order by number")


def test_a_tail_that_was_cut_off_with_its_heads_is_missed_by_who_kept_a_head():
    sealed()
    before = last_head()
    lost = sealed(2)
    kept = all_heads()
    with tampering() as cursor:
        cursor.execute("delete from audit_entry where id = any(%s)", [lost])
        cursor.execute("delete from audit_subject where entry_id = any(%s)", [lost])
        cursor.execute("delete from audit_pass where first_leaf >= %s", [before.size])
        cursor.execute("delete from audit_head where number > %s", [before.number])
        assert faults() == (set(), None)
        assert faults(kept) == ({"cut tail"}, None)


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_a_chain_computed_anew_by_the_owner_is_not_the_published_one(key):
    entries = sealed()
    kept = all_heads()
    with tampering() as cursor:
        cursor.execute("update audit_entry set verb = 'test.other' where id = %s", [entries[0]])
        cursor.execute(f"{EVERYTHING}; delete from audit_key")
        seal_all(key)
        assert faults() == (set(), None)
        assert "rewritten" in faults(kept)[0]


def test_a_head_signed_with_a_key_nobody_vouched_for_is_foreign():
    sealed()
    with tampering() as cursor:
        forged = replace(last_head(), at="2030-01-01T00:00:00.000000+00:00").signed(OTHER_KEY)
        cursor.execute(
            "insert into audit_key(key_id, public, vouched_by, voucher) values (%s, %s, null, '')",
            [forged.key_id, OTHER_KEY.public_key().public_bytes_raw()],
        )
        cursor.execute(
            "update audit_head set key_id = %s, signature = %s, at = %s where number = %s",
            [forged.key_id, forged.signature, forged.at, forged.number],
        )
        assert faults()[0] == {"foreign key"}


@pytest.mark.parametrize("field", ["at", "previous"])
def test_a_head_exchanged_for_another_of_the_same_key_breaks_the_chain(field):
    sealed(2)
    sealed(2)
    with tampering() as cursor:
        victim = all_heads()[0 if field == "at" else 1]
        later = (victim.moment + timedelta(microseconds=1)).isoformat(timespec="microseconds")
        other = replace(victim, **{field: {"at": later, "previous": "00" * 32}[field]}).signed(KEY)
        cursor.execute(
            "update audit_head set at = %s, previous = %s, signature = %s where number = %s",
            [other.at, other.previous, other.signature, other.number],
        )
        assert faults()[0] == {"broken chain"}


def test_heads_go_forward_in_time_and_size():
    sealed(2)
    with tampering() as cursor:
        last = last_head()
        back = replace(
            last,
            number=last.number + 1,
            previous=last.hash(),
            at="2020-01-01T00:00:00.000000+00:00",
        ).signed(KEY)
        cursor.execute(
            "insert into audit_head(number, epoch, size, root, at, previous, key_id, signature)"
            " values (%(number)s, %(epoch)s, %(size)s, %(root)s, %(at)s, %(previous)s, %(key_id)s,"
            " %(signature)s)",
            back.as_dict(),
        )
        assert faults()[0] == {"goes back"}


def test_a_back_dated_entry_is_found_although_it_was_sealed():
    sealed()
    with tampering() as cursor:
        cursor.execute(
            "create temporary table copy as select * from audit_entry order by id limit 1;"
            " update copy set id = 900000, at = at - interval '3 hours',"
            " xid = pg_current_xact_id();"
            " insert into audit_entry select * from copy"
        )
        cursor.execute(
            "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries, earliest,"
            " latest) select p.epoch, p.first_leaf + p.size, 1, p.upto_xid,"
            " (c.xid::text::bigint + 1)::text::xid8, array[c.id], c.at, c.at"
            " from copy c, audit_pass p order by p.first_leaf desc limit 1"
        )
        _sign_whatever_is_there()
        assert faults() == ({"back-dated"}, 900_000)


def _sign_whatever_is_there() -> None:
    """As if the sealer had taken it: the leaf of the newest pass, and a head."""
    from audit.sealing import sealer, store  # noqa: PLC0415

    newest = last_head()
    store.grow(1, newest.size, (leaf.hash() for leaf in store.leaves_of([900_000])))
    sealer._sign(KEY, 1, newest.size + 1, newest, sealer._moments()[1])


def test_a_restore_elsewhere_begins_an_epoch_and_all_stays_whole():
    sealed()
    waiting = write(2)
    wait_for_others()
    with tampering() as cursor:
        cursor.execute("update audit_epoch set cluster = 'another'")
        seal_all()
        report = verify(DatabaseSource(), published=all_heads())
        assert report.faults == []
        assert last_head().epoch == 2
        assert proof_of(waiting[0]).head.epoch == 2


def test_entries_of_two_epochs_cannot_be_mixed_up():
    sealed(3)
    waiting = write(2)
    wait_for_others()
    with tampering() as cursor:
        cursor.execute("update audit_epoch set cluster = 'another'")
        seal_all()
        cursor.execute("update audit_pass set epoch = 1, first_leaf = 3 where epoch = 2")
        assert faults() == (
            {"changed", "changed pass", "removed hashes", "cut tail", "inserted"},
            waiting[0],
        )


def test_an_entry_is_sealed_once_in_whatever_order_transactions_end():
    begun, go_on = threading.Event(), threading.Event()
    written: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                written.extend(_inside())
                begun.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    later = write(2)
    with as_sealer():
        assert seal(KEY).entries == 0  # an older transaction still runs
        go_on.set()
        thread.join()
        assert sum(seal_all()) == 3
        assert seal(KEY).entries == 0
    assert faults() == (set(), None)
    assert proof_of(written[0]) is not None
    assert proof_of(later[1]) is not None


def _inside() -> list[int]:
    from audit.kernel.actors import Actor  # noqa: PLC0415
    from audit.trail import record  # noqa: PLC0415

    return [record(actor=Actor.system("slow"), verb="test.slow")]


def test_passes_are_divided_between_transactions():
    entries = write(7)
    with as_sealer():
        taken = seal_all(at_most=3)
    assert sum(taken) == 7
    assert max(taken) == 3
    assert faults() == (set(), None)
    assert [proof_of(entry).holds(KEY.public_key()) for entry in entries] == [True] * 7


def test_a_proof_convinces_whoever_has_the_public_key_and_nothing_else():
    entry = sealed(5)[3]
    document = json.loads(json.dumps(proof_of(entry).as_dict()))
    proof = Proof.read(document)
    assert proof.holds(KEY.public_key())
    assert not proof.holds(OTHER_KEY.public_key())
    assert proof.leaf.entry_id == entry

    document["entry"][11] = "test.other"
    assert not Proof.read(document).holds(KEY.public_key())


def test_there_is_no_proof_before_the_next_pass():
    sealed(1)
    assert proof_of(write(1)[0]) is None


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"kind": "portal-trail-proof/1"}, {"kind": "portal-trail-proof/1", "path": [1]}],
)
def test_what_is_no_proof_is_no_proof(document):
    with pytest.raises(ValueError, match="not a"):
        Proof.read(document)


def test_the_later_tree_begins_with_the_earlier_one():
    sealed(3)
    old = last_head()
    sealed(4)
    new = last_head()
    roots = [bytes.fromhex(head.root) for head in (old, new)]
    proof = consistency_proof(old, new)
    assert is_consistent(old.size, roots[0], new.size, roots[1], proof)
    assert not is_consistent(old.size, roots[1], new.size, roots[1], proof)


def test_an_export_is_checked_without_the_database(tmp_path):
    sealed()
    path = tmp_path / "trail.jsonl.gz"
    count = write_export(DatabaseSource(), path)
    report = verify(FileSource(path), published=all_heads())
    assert (report.faults, report.entries) == ([], count)


def test_an_export_that_breaks_off_is_no_export(tmp_path):
    sealed()
    path = tmp_path / "trail.jsonl.gz"
    write_export(DatabaseSource(), path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BrokenExportError, match="cannot be read"):
        verify(FileSource(path))


def test_a_new_key_needs_the_word_of_the_one_before():
    sealed(1)
    write(1)
    with as_sealer(), pytest.raises(UnvouchedKeyError):
        seal_all(OTHER_KEY)
    assert [known.key_id for known in known_keys()] == [last_head().key_id]


@pytest.mark.parametrize("role", ["DATABASE_URL", "DATABASE_SEALER_URL"])
@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set verb = 'x.y'",
        "delete from audit_entry",
        "truncate audit_head",
        "update audit_head set root = ''",
        "delete from audit_pass",
        "update audit_epoch set cluster = ''",
        "insert into audit_entry(verb) values ('x.y')",
        "update audit_policy set seal_may_stand = '100 years'",
        "drop table audit_tile",
        "alter table audit_head disable trigger user",
        "set session_replication_role = replica",
    ],
)
def test_neither_the_portal_nor_the_sealer_can_rewrite(role, statement):
    sealed(1)
    with as_role(role), pytest.raises(DatabaseError, match=r"denied|owner|append-only"):
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", ["pass", "tile", "head", "key", "epoch"])
def test_the_portal_writes_nothing_of_the_seal(table):
    with pytest.raises(DatabaseError, match="permission denied"):
        connection.cursor().execute(f"insert into audit_{table} default values")


def test_the_sealer_reads_no_words_and_nobodys_data():
    with as_sealer():
        for table in ("audit_detail", "identity_persondetail", "identity_account"):
            with pytest.raises(DatabaseError, match="permission denied"):
                connection.cursor().execute(f"select * from {table}")


class StopHereError(Exception):
    """The end of a round of the sealer, which goes on for ever otherwise."""


def one_round(monkeypatch) -> None:
    """What the sealer does between two of its pauses."""

    def stop(_seconds: float) -> None:
        raise StopHereError

    monkeypatch.setattr("audit.management.commands.seal.time.sleep", stop)
    with as_sealer(), pytest.raises(StopHereError):
        call_command("seal", "--every", "3")


def test_a_sealer_with_another_key_stays_up_and_says_which_it_wants(settings, monkeypatch, caplog):
    sealed(1)
    settings.SIGNING_KEY = OTHER_KEY.private_bytes_raw()
    write(1)
    wait_for_others()
    one_round(monkeypatch)
    assert f"not vouched for; {last_head().key_id} signed until now." in caplog.text
    with as_sealer(), pytest.raises(CommandError, match="Give the sealer that one back"):
        call_command("seal")


def test_a_sealer_that_cannot_write_its_file_seals_and_says_why(
    settings, monkeypatch, caplog, tmp_path
):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    settings.HEADS_FILE.mkdir()
    settings.SIGNING_KEY = KEY.private_bytes_raw()
    write(1)
    wait_for_others()
    one_round(monkeypatch)
    assert last_head().size == 1
    assert f"a head is not in the file of heads: {settings.HEADS_FILE} is a folder" in caplog.text


def test_a_tile_only_grows():
    sealed(3)
    with as_sealer(), pytest.raises(DatabaseError, match="only grows"):
        connection.cursor().execute(
            "update audit_tile set hashes = decode(repeat('00', 96), 'hex')"
        )


def test_the_command_says_with_which_entry_it_begins(tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    entries = sealed(3)
    with as_sealer():
        for head in all_heads():
            publish(head)
    call_command("audit_verify")
    assert "all as sealed" in capsys.readouterr().out
    with tampering() as cursor:
        cursor.execute("delete from audit_entry where id = %s", [entries[1]])
        with pytest.raises(CommandError, match=f"The first bad entry is {entries[1]}"):
            call_command("audit_verify")


def test_the_command_says_after_which_entry_the_tail_is_cut(tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    left, cut = sealed(3), sealed(2)
    with as_sealer():
        for head in all_heads():
            publish(head)
    with tampering() as cursor:
        for table, column in (("entry", "id"), ("subject", "entry_id"), ("detail", "entry_id")):
            cursor.execute(f"delete from audit_{table} where {column} = any(%s)", [cut])
        cursor.execute("delete from audit_pass where first_leaf >= 3")
        cursor.execute("delete from audit_head where size > 3")
        with pytest.raises(CommandError, match=f"It begins after entry {left[-1]}"):
            call_command("audit_verify")
    assert f"was published and is gone, after entry {left[-1]}" in capsys.readouterr().out


def test_a_file_of_heads_with_garbage_names_its_line(tmp_path):
    path: Path = tmp_path / "heads.jsonl"
    path.write_text('{"number": 1}\n', encoding="ascii")
    with pytest.raises(CommandError, match=r"heads.jsonl, line 1"):
        call_command("audit_verify", "--heads", str(path))


def test_idle_time_is_under_heads_too():
    sealed(1)
    with as_sealer():
        assert seal(KEY).head is None
    assert AuditEntry.objects.count() == last_head().size


def test_a_rotated_key_goes_on_where_the_old_one_stopped(settings, capsys):
    settings.SIGNING_KEY = KEY.private_bytes_raw()
    sealed(2)
    with as_sealer():
        call_command("rotate_keys")
    new = Ed25519PrivateKey.from_private_bytes(b64decode(capsys.readouterr().out))
    write(1)
    with as_sealer():
        seal_all(new)
    assert last_head().is_signed_by(new.public_key())
    assert faults() == (set(), None)
    assert [known.vouched_by for known in known_keys()] == [None, known_keys()[0].key_id]


def test_a_spare_signs_when_the_key_in_use_is_lost(settings, capsys):
    """Made in time and kept apart, while the key in use went on; then no more is known of that."""
    settings.SIGNING_KEY = KEY.private_bytes_raw()
    sealed(2)
    with as_sealer():
        call_command("rotate_keys")
    said = capsys.readouterr()
    spare = Ed25519PrivateKey.from_private_bytes(b64decode(said.out))
    assert "keep this one in a safe" in said.err
    sealed(2)
    assert last_head().is_signed_by(KEY.public_key())
    write(1)
    with as_sealer():
        seal_all(spare)
    settings.SIGNING_KEY = spare.private_bytes_raw()
    with as_sealer():
        call_command("rotate_keys")  # the next spare

    assert last_head().is_signed_by(spare.public_key())
    assert faults() == (set(), None)
    assert known_keys()[2].vouched_by == known_keys()[1].key_id


def test_the_export_command_is_recorded_and_overwrites_nothing(tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    sealed(3)
    path = tmp_path / "trail.jsonl.gz"
    call_command("audit_export", str(path))
    assert AuditEntry.objects.filter(verb="trail.exported").count() == 1
    call_command("audit_verify", "--from", str(path))
    assert "3 entries" in capsys.readouterr().out
    with pytest.raises(CommandError, match="exists already"):
        call_command("audit_export", str(path))


def test_a_pass_that_claims_transactions_to_come_stops_the_sealer_and_so_the_heads():
    sealed()
    with tampering() as cursor:
        cursor.execute("update audit_pass set upto_xid = '99999999999'")
        with pytest.raises(RuntimeError, match="none is there yet"):
            seal(KEY)
