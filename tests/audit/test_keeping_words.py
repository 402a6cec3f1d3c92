"""What the commands that keep the trail say when something is wrong; what lists say they lack."""

import os
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.keeping.away import archived_before
from audit.keeping.erasing import erase
from audit.keeping.months import Month
from audit.keeping.register import write_register
from audit.models import AuditDetail, AuditEntry
from audit.sealing.export import write_export
from audit.sealing.sources import DatabaseSource
from audit.transaction import in_one_transaction
from tests.conftest import as_owner, as_sealer
from tests.factories.erasures import order_in_trail
from tests.factories.identity import make_citizen, make_posting, sign_in
from tests.factories.looks import make_look
from tests.factories.old_months import OLD, archived, erasure
from tests.factories.sealing import KEY, seal_all, tampering

pytestmark = pytest.mark.django_db(transaction=True)


def said(command: str, *arguments: str, **options: object) -> str:
    """What a command says when it cannot do its work."""
    with as_owner(), pytest.raises(CommandError) as caught:
        call_command(command, *arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize("command", ["archive_trail", "restore_trail"])
def test_only_the_owner_keeps_the_trail(tmp_path, command):
    with pytest.raises(CommandError, match=r"add --settings portal\.settings_owner"):
        call_command(command, str(tmp_path))


def test_what_is_not_there_or_no_archive_is_told_without_numbers_of_errors(tmp_path):
    nowhere, other = tmp_path / "nowhere", tmp_path / "other"
    other.write_text("words")
    assert said("archive_trail", str(nowhere)).startswith(f"There is no folder {nowhere}")
    for no_month in ("May", "2026-13", "0000-01", "２０２６-05"):
        assert said("archive_trail", str(tmp_path), before=no_month) == (
            f"{no_month!r} is no month; one looks like 2026-05."
        )
    assert said("restore_trail", str(nowhere)) == (
        f"There is no {nowhere}: check how it is written."
    )
    assert said("restore_trail", str(tmp_path)) == f"{tmp_path} is a folder: name one file in it."
    assert said("restore_trail", str(other)) == (
        "other cannot be read: it is no file of the trail, or it is damaged"
    )
    assert said("audit_verify", "--from", str(nowhere)) == (
        f"There is no {nowhere}: check how it is written."
    )


def test_a_file_that_is_in_the_way_is_not_replaced(old_month, tmp_path):
    strange = tmp_path / f"trail-{OLD}.jsonl.gz"
    strange.write_text("somebody else's")
    words = said("archive_trail", str(tmp_path))
    assert words == (
        f"{strange} is there already and is not the file of this month. Nothing was changed: move"
        " it elsewhere, then repeat."
    )
    assert strange.read_text() == "somebody else's"
    assert AuditEntry.objects.filter(pk__in=old_month).count() == 5


def test_a_month_that_was_back_leaves_into_the_file_of_before(old_month, tmp_path):
    first = archived(tmp_path)
    with as_owner():
        call_command("restore_trail", str(first.path))
    again = archived(tmp_path)
    assert again.path == first.path
    assert [one.name for one in tmp_path.iterdir()] == [first.path.name]


@pytest.mark.parametrize("command", ["archive_trail", "restore_trail", "erase_words"])
def test_each_command_explains_itself_with_an_example(command, capsys):
    with pytest.raises(SystemExit):
        call_command(command, "--help")
    assert re.search(rf"Example: manage\.py {command}", capsys.readouterr().out)


def test_lists_know_from_which_day_on_they_are_whole(old_month, tmp_path):
    assert archived_before() is None
    archived(tmp_path)
    after = OLD.after(1)
    assert archived_before() == after.first
    assert archived_before(OLD.start) == after.first
    assert archived_before(after.start) is None


def test_the_pages_say_what_is_in_the_archive(old_month, tmp_path, client):
    with in_one_transaction():
        citizen, supervisor = make_citizen(), make_posting(capacity="supervisor")
        make_look(supervisor, citizen.person_id)
    english = {"headers": {"accept-language": "en"}}
    notes = {
        "/my/access/": "are kept in the archive, under seal",
        f"/admin/trail/officers/{supervisor.officer_code}/?week=2019-W18": "are in the archive",
    }
    sign_in(client, citizen)
    sign_in(client, supervisor.account)
    before = {page: client.get(page, **english).content.decode() for page in notes}
    assert not [page for page, note in notes.items() if note in before[page]]
    archived(tmp_path)
    after = {page: client.get(page, **english).content.decode() for page in notes}
    assert [page for page, note in notes.items() if note in after[page]] == list(notes)
    posted = client.post(
        "/admin/trail/", {"officer": supervisor.officer_code}, follow=True, **english
    )
    assert "are in the archive" in posted.content.decode()


def test_an_officer_of_whom_all_is_in_the_archive_is_not_one_who_never_acted(
    old_month, tmp_path, client
):
    with in_one_transaction():
        supervisor, retired = make_posting(capacity="supervisor"), make_posting()
    sign_in(client, supervisor.account)
    english = {"headers": {"accept-language": "en"}}
    day = f"{OLD.after(1).first:%-d %b %Y}"

    def page(code: str, more: str = "") -> tuple[int, str]:
        answer = client.get(f"/admin/trail/officers/{code}/{more}", **english)
        return answer.status_code, answer.content.decode()

    assert page(retired.officer_code)[0] == 404
    archived(tmp_path)

    for more in ("", "people/?since=2026-01-01&until=2026-12-31"):
        status, words = page(retired.officer_code, more)
        assert status == 200
        assert f"Entries from before {day} are in the archive" in words
    status, words = page("T9999Z")
    assert status == 404
    assert f"Since {day} nobody acted under this officer code" in words
    assert "are in the archive" not in page(supervisor.officer_code)[1]


@pytest.mark.parametrize("command", ["archive_trail", "restore_trail", "audit_export"])
def test_nothing_named_is_not_the_folder_one_happens_to_be_in(command):
    assert said(command, "") in {
        f"Error: argument {name}: no file or folder is named: it is empty"
        for name in ("folder", "file")
    }


def test_a_month_that_has_not_begun_is_no_limit(old_month, tmp_path):
    this_month = Month.of(timezone.now())
    coming = this_month.after(1)
    assert said("archive_trail", str(tmp_path), before=str(coming)) == (
        f"{coming} has not begun: name {this_month} or a month before it."
    )
    assert said("archive_trail", str(tmp_path), before="") == (
        "'' is no month; one looks like 2026-05."
    )
    assert list(tmp_path.iterdir()) == []
    with as_owner():
        call_command("archive_trail", str(tmp_path), before=str(this_month))
    assert f"trail-{OLD}.jsonl.gz" in {one.name for one in tmp_path.iterdir()}


def test_an_export_is_told_from_an_archived_month(old_month, tmp_path):
    export = tmp_path / "export.gz"
    write_export(DatabaseSource(), export)
    assert said("restore_trail", str(export)) == (
        "export.gz is a whole trail that audit_export has written, and no archived month:"
        " audit_verify --from can check it, nothing can bring it back"
    )


def test_words_made_away_with_just_before_their_month_left_are_found_in_its_file(
    old_month, tmp_path, settings, capsys
):
    settings.HEADS_FILE = tmp_path / "none"
    settings.ERASURES_FILE = tmp_path / "erasures.jsonl"
    wanted = erasure(timezone.localdate(), number="TE-2026-AAAA-0001")
    order_in_trail(wanted)
    with as_sealer():
        seal_all(KEY)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with as_owner():
        AuditDetail.objects.filter(entry_id=old_month[0]).delete()
    gone = archived(shelf)
    check_all = ("audit_verify", "--archives", str(shelf))
    with pytest.raises(CommandError, match=f"1 fault. The first bad entry is {old_month[0]}"):
        call_command(*check_all)
    call_command("audit_verify", "--from", str(gone.path))
    assert "1 entries have lost their words: whether by law" in capsys.readouterr().out
    with as_owner():
        erase(wanted)
    with as_sealer():
        seal_all(KEY)
    with as_owner():
        assert write_register(settings.ERASURES_FILE) == 0
    call_command("audit_verify", "--from", str(gone.path))
    call_command(*check_all)
    lines = settings.ERASURES_FILE.read_text().splitlines(keepends=True)
    settings.ERASURES_FILE.write_text(lines[0] + lines[-1])  # without the order
    with pytest.raises(CommandError, match=f"The first bad entry is {old_month[0]}"):
        call_command("audit_verify", "--from", str(gone.path))
    assert "erased without order" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--remember"], "Only the sealer keeps results: --settings=portal.settings_sealer"),
        (["--remember", "--from"], "--remember and --archives are for a check of the database"),
        (["--archives", ".", "--from"], "--remember and --archives are for a check of the data"),
        (["--erasures", os.devnull], "null is no register of erasures."),
        (["--erasures", os.devnull, "--from"], "null is no register of erasures."),
        (["--heads", "nowhere"], "There is no nowhere: check how it is written."),
        (["--heads", os.devnull], "null holds no head"),
    ],
)
def test_what_cannot_be_checked_is_said_before_the_check_with_a_status_of_its_own(
    old_month, tmp_path, capsys, arguments, why
):
    export = tmp_path / "export.gz"
    write_export(DatabaseSource(), export)
    named = [*arguments, str(export)] if arguments[-1] == "--from" else arguments
    with pytest.raises(CommandError) as refused:
        call_command("audit_verify", *named)
    assert str(refused.value).startswith(why)
    assert refused.value.returncode == 2
    assert "checked" not in capsys.readouterr().err


def test_a_trail_that_is_not_as_it_was_sealed_ends_with_status_1(old_month):
    with tampering() as cursor:
        cursor.execute("delete from audit_entry where id = %s", [old_month[1]])
        with pytest.raises(CommandError) as found:
            call_command("audit_verify")
    assert found.value.returncode == 1


@pytest.mark.parametrize("pause", ["0", "-1", "0.09", "61", "nan", "inf", "1e400", "soon", ""])
def test_the_sealer_pauses_between_a_tenth_of_a_second_and_a_minute(pause):
    with pytest.raises(CommandError) as refused:
        call_command("seal", "--every", pause)
    assert str(refused.value) == (
        f"Error: argument --every: {pause!r}: give seconds, 0.1 to 60, such as 3"
    )


@pytest.mark.parametrize("command", ["seal", "rotate_keys"])
def test_without_the_sealers_settings_there_is_no_key_to_sign_with(command):
    assert said(command) == (
        "Only the sealer has a key to sign with: leave --settings out, or name"
        " portal.settings_sealer."
    )
