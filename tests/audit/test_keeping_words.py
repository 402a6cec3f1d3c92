"""What the commands that keep the trail say when something is wrong; what lists say they lack."""

import re

import pytest
from django.core.management import CommandError, call_command

from audit.keeping.away import archived_before
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from tests.audit.test_keeping import OLD, archived, old_month
from tests.conftest import as_owner
from tests.factories.identity import make_citizen, make_posting, sign_in
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["old_month"]  # a fixture


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
    assert said("archive_trail", str(tmp_path), before="May") == (
        "'May' is no month; one looks like 2026-05."
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
