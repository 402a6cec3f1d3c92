"""After six years a month leaves as a file that proves itself, and comes back as it was."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from audit.keeping.alone import CannotBeKeptError
from audit.keeping.archive import BrokenArchiveError, file_hash, is_archive, named, read, write
from audit.keeping.checking import Shelf, check, shelf_of
from audit.keeping.erasing import erase
from audit.keeping.returning import restore_month
from audit.keeping.shelf import archive_month
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.sealing.export import FileSource, write_export
from audit.sealing.keys import KnownKey
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import Frontier
from audit.sealing.publish import publish
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from
from audit.sealing.verify import verify
from tests.conftest import as_owner, as_sealer
from tests.factories.erasures import order_in_trail
from tests.factories.old_months import (
    OLD,
    archived,
    erasure,
    found,
    rows,
    write_now,
    write_old,
)
from tests.factories.sealing import KEY, OTHER_KEY, seal_all, tampering

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_month_leaves_as_a_file_that_proves_itself(old_month, tmp_path):
    gone = archived(tmp_path)
    assert (gone.month, gone.entries) == (OLD, 5)
    assert not AuditEntry.objects.filter(pk__in=old_month).exists()
    assert not AuditSubject.objects.filter(entry_id__in=old_month).exists()
    assert gone.path.stat().st_mode & 0o777 == 0o600
    checked = check(gone.path, heads_from("true"))
    assert (checked.month, checked.entries, checked.faults) == (OLD, 5, [])


def test_what_is_left_is_whole_and_says_how_many_are_away(old_month, tmp_path):
    archived(tmp_path)
    assert found() == (set(), 5)
    write_export(DatabaseSource(), tmp_path / "export")
    report = verify(FileSource(tmp_path / "export"))
    assert ({fault.kind for fault in report.faults}, report.away) == (set(), 5)
    name = DatabaseSource().away()[0].name
    assert shelf_of(tmp_path, {name}) == Shelf(frozenset(old_month))
    assert found(archived=shelf_of(tmp_path, {name}).ids) == (set(), 5)
    assert found(archived=shelf_of(tmp_path, {"another"}).ids) == ({"removed"}, 0)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match=r"The first bad entry is"):
        call_command("audit_verify", archives=tmp_path / "empty")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("audit_verify", archives=tmp_path / "nowhere")


def test_what_is_removed_beside_an_archived_month_is_not_excused(old_month, tmp_path):
    archived(tmp_path)
    beside = AuditEntry.objects.earliest("at").pk
    with tampering() as cursor:
        cursor.execute("delete from audit_subject where entry_id = %s", [beside])
        cursor.execute("delete from audit_detail where entry_id = %s", [beside])
        cursor.execute("delete from audit_entry where id = %s", [beside])
        cursor.execute("update audit_pass set earliest = null, latest = null")
        assert found() == ({"changed pass", "removed"}, 6)
        known = frozenset(old_month)
        assert found(archived=known) == ({"changed pass", "removed"}, 5)


@pytest.mark.parametrize("told_by", ["nobody", "an entry that is gone as well"])
def test_a_month_said_to_have_left_without_an_entry_is_found(old_month, tmp_path, told_by):
    with tampering() as cursor:
        cursor.execute("delete from audit_subject where at < %s", [OLD.end])
        cursor.execute("delete from audit_detail where at < %s", [OLD.end])
        cursor.execute("delete from audit_entry where at < %s", [OLD.end])
        cursor.execute(
            "insert into audit_archive(month, entries, sha256, archived_by)"
            " values (%s, 5, sha256('x'), %s)",
            [OLD.first, 1_000_000 if told_by == "nobody" else old_month[0]],
        )
        assert found() == ({"removed"}, 5)


def test_the_month_comes_back_as_it_was_and_opens_nothing(old_month, tmp_path):
    before = rows()
    gone = archived(tmp_path)
    with as_owner():
        back = restore_month(gone.path)
    assert back.entries == 5
    assert rows() == before
    with as_sealer():
        seal_all(KEY)
    assert found() == (set(), 0)
    with as_owner(), pytest.raises(CannotBeKeptError, match="back already"):
        restore_month(gone.path)
    with as_owner():
        assert archive_month(OLD, tmp_path_of(tmp_path)).entries == 5


def tmp_path_of(folder):
    (folder / "again").mkdir()
    return folder / "again"


def test_a_month_that_is_not_sealed_to_its_end_stays(old_month, tmp_path):
    write_old(1)
    with as_owner(), pytest.raises(CannotBeKeptError, match="not sealed to its end"):
        archive_month(OLD, tmp_path)
    assert AuditEntry.objects.filter(pk__in=old_month).count() == 5
    assert list(tmp_path.iterdir()) == []


def change(path, how):
    """Rewrite the lines of an archive."""
    with gzip.open(path, "rt") as file:
        lines = [json.loads(line) for line in file]
    with gzip.open(path, "wt") as file:
        for line in how(lines):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def edited(kind, edit):
    def rewrite(lines):
        for line in lines:
            if line[0] == kind:
                edit(line[1])
                break
        return lines

    return rewrite


def verb(one):
    one["leaves"][0][12] = "test.other"


def word(one):
    one["words"][0][2] = '{"note": "other"}'


def hashes(one):
    one["hashes"] = "ab" * (len(one["hashes"]) // 2)


def signature(one):
    one["head"]["root"] = "00" * 32


SPOILT = {
    "an entry changed": (edited("pass", verb), "changed"),
    "words changed": (edited("pass", word), "changed words"),
    "hashes changed": (edited("pass", hashes), "rewritten"),
    "the head changed": (edited("part", signature), "forged signature"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_archive_is_known_and_not_taken_back(old_month, tmp_path, case):
    gone = archived(tmp_path)
    how, kind = SPOILT[case]
    change(gone.path, how)
    assert kind in {fault.kind for fault in check(gone.path).faults}
    with as_owner(), pytest.raises(CannotBeKeptError, match="not whole"):
        restore_month(gone.path)


def test_an_archive_written_anew_is_not_the_one_that_left(old_month, tmp_path):
    gone = archived(tmp_path)
    change(gone.path, lambda lines: lines)
    assert check(gone.path).faults == []
    with as_owner(), pytest.raises(CannotBeKeptError, match="not the file"):
        restore_month(gone.path)


def test_a_cut_archive_says_so(old_month, tmp_path):
    gone = archived(tmp_path)
    change(gone.path, lambda lines: lines[:-1])
    with pytest.raises(BrokenArchiveError, match="cut off"):
        check(gone.path)
    assert is_archive(gone.path)


def test_the_command_lets_go_of_what_is_older_than_six_years_and_takes_it_back(
    old_month, tmp_path, capsys
):
    with as_owner():
        call_command("archive_trail", tmp_path)
        assert f"{OLD}: 5 entries" in capsys.readouterr().out
        call_command("audit_verify", "--from", str(tmp_path / f"trail-{OLD}.jsonl.gz"))
        assert f"{OLD}: 5 entries, all as sealed" in capsys.readouterr().out
        call_command("restore_trail", tmp_path / f"trail-{OLD}.jsonl.gz")
        assert f"{OLD}: 5 entries are back" in capsys.readouterr().out


def test_erased_words_leave_the_entry_and_its_hash(old_month):
    order_in_trail(erasure(OLD.first + timedelta(days=2)))
    with as_owner():
        assert erase(erasure(OLD.first + timedelta(days=2))) == 5
        assert not AuditDetail.objects.filter(entry_id__in=old_month).exists()
        assert AuditDetail.objects.count() == 5
        entry = AuditEntry.objects.get(verb="trail.words_erased")
    assert (entry.purpose_kind, entry.purpose) == ("reason", "pipl47_withdrawn")
    assert AuditEntry.objects.filter(pk__in=old_month, detail_hash=None).count() == 0
    with as_sealer():
        seal_all(KEY)
    assert found() == (set(), 0)


def test_the_application_role_can_neither_archive_nor_erase(old_month, tmp_path):
    for act in (
        lambda: archive_month(OLD, tmp_path),
        lambda: erase(erasure(timezone.localdate())),
    ):
        with pytest.raises(Exception, match=r"recorded nobody|permission denied"):
            act()
    assert AuditEntry.objects.filter(pk__in=old_month).count() == 5


def test_words_are_not_gone_by_law_because_somebody_elses_were_erased(old_month):
    with as_owner():
        erase(erasure(timezone.localdate(), subject=uuid4()))
        erased_by = AuditEntry.objects.get(verb="trail.words_erased").pk
    with tampering() as cursor:
        cursor.execute("delete from audit_detail where entry_id = any(%s)", [old_month])
        cursor.execute(
            "insert into audit_erasure select one, %s from unnest(%s) one", [erased_by, old_month]
        )
        assert found() == ({"removed words"}, 0)


def test_an_export_is_whole_although_the_seal_went_on(tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    write_now()
    with as_sealer():
        seal_all(KEY)
    write_export(DatabaseSource(), tmp_path / "export")
    write_now()
    with as_sealer():
        seal_all(KEY)
        for head in heads_from("true order by number"):
            publish(head)
    call_command("audit_verify", "--from", str(tmp_path / "export"))
    assert "1 came later" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 fault"):
        call_command(
            "audit_verify", "--from", str(tmp_path / "export"), "--heads", str(settings.HEADS_FILE)
        )
    assert "made before these heads were saved" in capsys.readouterr().out


def forged(pieces, key):
    """The same pieces with one entry changed, and a head of one's own over them."""
    part, *portions = pieces
    first = portions[0].leaves[0]
    values = ["test.other" if value == "test.old" else value for value in first.values]
    leaf = Leaf(values, first.subjects)
    place = portions[0].entries.index(leaf.entry_id)
    hashes = [*portions[0].hashes[:place], leaf.hash(), *portions[0].hashes[place + 1 :]]
    portions[0] = replace(
        portions[0], hashes=hashes, leaves=[leaf, *portions[0].leaves[1:]], words=[]
    )
    tree = Frontier.beginning(part.first, part.left)
    for portion in portions:
        tree.add(portion.hashes)
    head = replace(part.head, number=10**9, size=tree.size, root=tree.root().hex()).signed(key)
    return [replace(part, head=head, path=[]), *portions]


def test_an_archive_made_with_a_key_of_ones_own_is_of_another_trail(old_month, tmp_path):
    gone = archived(tmp_path)
    published = heads_from("true")
    month, _keys, pieces = read(gone.path)
    fake = tmp_path / "fake.jsonl.gz"
    own_key = KnownKey(OTHER_KEY.public_key(), None, "")
    write(fake, month, [own_key], iter(forged(list(pieces), OTHER_KEY)))

    checked = check(fake)
    assert checked.faults == []  # by its own key it is whole
    assert {fault.kind for fault in check(fake, published).faults} == {"rewritten"}
    name = named(month, checked.entries, file_hash(fake))
    with pytest.raises(BrokenArchiveError, match="of another trail"):
        shelf_of(tmp_path, {name})
