"""Words erased by law stay erased, also when a month comes back that had left before."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.keeping.affected import affected_by, entries_taken
from audit.keeping.erasing import carried_out, erase, erasures
from audit.keeping.register import BrokenRegisterError, read_register, write_register
from audit.keeping.returning import restore_month
from audit.kernel.actors import Actor
from audit.models import AuditDetail, AuditEntry
from audit.sealing.keyring import known_keys
from audit.sealing.keys import KnownKey
from audit.trail import record
from tests.conftest import as_owner, as_sealer
from tests.factories.erasures import order_in_trail
from tests.factories.old_months import OLD, PERSON, archived, erasure, found, rows, write_old
from tests.factories.sealing import KEY, OTHER_KEY, seal_all

pytestmark = pytest.mark.django_db(transaction=True)


def words() -> list[int]:
    """The entries that still say something."""
    with as_owner():
        return list(AuditDetail.objects.order_by("entry_id").values_list("entry_id", flat=True))


def restored(gone):
    with as_owner():
        back = restore_month(gone.path)
    with as_sealer():
        seal_all(KEY)
    return back


def test_words_erased_while_their_month_was_away_do_not_come_back(old_month, tmp_path):
    order_in_trail(erasure(timezone.localdate()))
    before = rows()
    gone = archived(tmp_path)
    with as_owner():
        assert erase(erasure(timezone.localdate())) == 5  # those of the month that is here

    back = restored(gone)

    assert (back.entries, back.erased) == (5, 5)
    assert words() == []
    assert [(row[0], row[4], row[7]) for row in rows()] == [
        (row[0], row[4], row[7]) for row in before
    ]
    assert found() == (set(), 0)
    said = AuditEntry.objects.filter(verb="trail.words_erased").order_by("id")
    assert [one.request_id for one in said] == ["TE-2026-AAAA-AAAA"] * 2


def test_only_what_the_erasure_takes_stays_out(old_month, tmp_path):
    own = alone_in_old_month()
    order_in_trail(erasure(timezone.localdate(), with_others=False))
    with as_sealer():
        seal_all(KEY)
    gone = archived(tmp_path)
    with as_owner():
        erase(erasure(timezone.localdate(), with_others=False))
    assert restored(gone).erased == 1
    assert set(words()) & {*old_month, own} == set(old_month)
    assert found() == (set(), 0)


def test_words_of_the_day_itself_and_of_later_ones_come_back(old_month, tmp_path):
    gone = archived(tmp_path)
    with as_owner():
        erase(erasure(OLD.first))
    assert restored(gone).erased == 0
    assert set(words()) >= set(old_month)


def test_an_erasure_is_known_even_when_its_own_entry_has_left(old_month, tmp_path):
    gone = archived(tmp_path)
    with as_owner():
        erase(erasure(timezone.localdate()))
        assert [one.number for one in erasures()] == ["TE-2026-AAAA-AAAA"]
        assert erasures() == [erasure(timezone.localdate())]
    assert carried_out(["TE-2026-AAAA-AAAA", "TE-2026-BBBB-BBBB"]) == {"TE-2026-AAAA-AAAA"}
    assert gone.entries == 5


def test_an_order_is_carried_out_once(old_month):
    with as_owner():
        erase(erasure(timezone.localdate()))
        with pytest.raises(IntegrityError):
            erase(erasure(timezone.localdate()))
    assert AuditEntry.objects.filter(verb="trail.words_erased").count() == 1


def test_words_about_others_stay_unless_it_is_said_that_they_go(old_month):
    own = alone_in_old_month()
    with as_owner():
        (shared,) = [
            one for one in affected_by(erasure(timezone.localdate())) if one.verb == "test.old"
        ]
        assert (shared.entries, shared.shared, shared.sorts) == (11, 10, ["note"])
        assert set(entries_taken(erasure(timezone.localdate(), with_others=False))) == {own}
        assert erase(erasure(timezone.localdate(), with_others=False)) == 1
    assert own not in words()
    assert len(words()) == 10


def alone_in_old_month() -> int:
    """One more entry of long ago with words, about the one person only."""
    (entry,) = write_old(1, others=0)
    return entry


def sealed_erasure():
    order_in_trail(erasure(timezone.localdate()))
    with as_owner():
        erase(erasure(timezone.localdate()))
    with as_sealer():
        seal_all(KEY)


def test_the_register_holds_the_proof_of_every_erasure(old_month, tmp_path):
    file = tmp_path / "erasures.jsonl"
    with as_owner():
        erase(erasure(timezone.localdate()))
        assert write_register(file) == 1
        assert not file.exists()
    with as_sealer():
        seal_all(KEY)
    with as_owner():
        assert write_register(file) == 0
        assert write_register(file) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_register(file, known_keys()[0]) == [erasure(timezone.localdate())]
    assert len(file.read_text().splitlines()) == 2


def test_a_line_that_was_never_sealed_is_not_believed(old_month, tmp_path):
    file = tmp_path / "erasures.jsonl"
    sealed_erasure()
    with as_owner():
        write_register(file)
    keys, *_of_the_order, line = map(json.loads, file.read_text().splitlines())
    line["entry"][13] = "2999-01-01"
    file.write_text("\n".join(map(json.dumps, [keys, line])) + "\n")
    with pytest.raises(BrokenRegisterError, match="not under our seal"):
        read_register(file, known_keys()[0])


def test_the_register_of_another_trail_is_not_believed(old_month, tmp_path):
    file = tmp_path / "erasures.jsonl"
    sealed_erasure()
    with as_owner():
        write_register(file)
    with pytest.raises(BrokenRegisterError, match="of another trail"):
        read_register(file, KnownKey(OTHER_KEY.public_key(), None, ""))


def test_an_entry_that_is_no_erasure_erases_nothing(old_month, tmp_path):
    """Whoever broke into the application can write that something was erased, and no more."""
    with transaction.atomic():
        record(
            actor=Actor.system("test"),
            verb="trail.words_erased",
            subjects=[PERSON],
        )
    assert carried_out([""]) == set()
    assert erasures() == []
    with as_owner():
        assert write_register(tmp_path / "erasures.jsonl") == 0


def test_a_check_of_a_file_says_what_was_erased_since(old_month, tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "none"
    settings.ERASURES_FILE = tmp_path / "erasures.jsonl"
    gone = archived(tmp_path)
    call_command("audit_verify", "--from", str(gone.path))
    assert "may have been erased by law since" in capsys.readouterr().out
    sealed_erasure()
    with as_owner():
        write_register(settings.ERASURES_FILE)
    call_command("audit_verify", "--from", str(gone.path))
    said = capsys.readouterr().out
    assert (
        "The words of 5 entries in this file were erased by law since (TE-2026-AAAA-AAAA)" in said
    )
    assert "5 entries, all as sealed" in said


def test_a_file_written_anew_says_nothing_of_what_was_erased(old_month, tmp_path, settings, capsys):
    settings.HEADS_FILE = tmp_path / "none"
    settings.ERASURES_FILE = tmp_path / "erasures.jsonl"
    gone = archived(tmp_path)
    sealed_erasure()
    restored(gone)
    archived(tmp_path)
    with as_owner():
        write_register(settings.ERASURES_FILE)
    capsys.readouterr()
    call_command("audit_verify", "--from", str(gone.path))
    assert capsys.readouterr().out == f"{OLD}: 5 entries, all as sealed\n"


def test_the_command_that_restores_says_what_stayed_out(old_month, tmp_path, capsys):
    gone = archived(tmp_path)
    with as_owner():
        erase(erasure(timezone.localdate()))
        call_command("restore_trail", str(gone.path))
    said = capsys.readouterr().out
    assert f"{OLD}: 5 entries are back" in said
    assert "The words of 5 of them were erased by law after the month had left" in said
