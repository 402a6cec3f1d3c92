"""A backup that was really restored, and everything a restore refuses."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit.kernel.actors import Actor
from audit.models import AuditEntry, Outbox
from audit.outbox import enqueue, handles
from audit.trail import record
from audit.transaction import in_one_transaction
from identity.models import Person, PersonDetail
from portal.backup.archive import MANIFEST
from tests.conftest import as_owner
from tests.factories.backups import in_database, make_backup, restore
from tests.factories.identity import make_person

pytestmark = pytest.mark.django_db(transaction=True)

KEY = b"k" * 32


def committed_person(name: str = "王芳") -> Person:
    with in_one_transaction():
        return make_person(name=name)


def test_what_was_backed_up_is_there_after_a_restore(
    tmp_path: Path, files: Path, second_database: str
) -> None:
    person = committed_person("欧阳小红")
    with in_one_transaction():
        enqueue("test", {}, key="still waiting")
    backup = make_backup(tmp_path)
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()

    said = restore(backup, second_database)

    assert "Restored the backup of" in said
    assert (files / "ab" / "abc.pdf").read_bytes() == b"%PDF a file somebody handed in"
    with in_database(second_database):
        with in_one_transaction():
            record(actor=Actor.system("test"), verb="test.looked", subjects=[person.pk])
            assert PersonDetail.objects.get(pk=person.pk).name == "欧阳小红"
        assert Outbox.objects.get().key == "still waiting"
        verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["test.arranged", "backup.made", "backup.restored", "test.looked"]


def test_the_gate_and_the_rights_are_those_of_the_original(
    tmp_path: Path, files: Path, second_database: str
) -> None:
    committed_person()
    backup = make_backup(tmp_path)
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()
    restore(backup, second_database)

    with in_database(second_database), connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("portal_app",)
        with pytest.raises(ProgrammingError, match="recorded nobody"), transaction.atomic():
            list(PersonDetail.objects.all())
        for forbidden in (
            "insert into audit_entry(verb) values ('test.forged')",
            "delete from audit_subject",
            "update portal_report set content = '{}'",
            "create temporary table aside (id int)",
            "create table public.mine (id int)",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(forbidden)


def test_after_a_restore_old_transaction_numbers_open_nothing(
    tmp_path: Path, files: Path, second_database: str
) -> None:
    """In a new cluster the numbers of old transactions come again, and must not be keys again."""
    person = committed_person()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        coming = cursor.fetchone()[0]
        cursor.execute(
            "insert into audit_opening(subject, xid)"
            " select %s, number::text::xid8 from generate_series(%s, %s) number",
            [person.pk, coming + 1, coming + 5000],
        )
    backup = make_backup(tmp_path)
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()
    restore(backup, second_database)

    with in_database(second_database), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from audit_opening where xid = pg_current_xact_id() and subject = %s",
            [person.pk],
        )
        assert cursor.fetchone() == (1,)  # the number has come again
        with pytest.raises(ProgrammingError, match="recorded nobody"), transaction.atomic():
            PersonDetail.objects.get(pk=person.pk)


def test_a_database_that_is_not_empty_is_not_restored_into(tmp_path: Path, files: Path) -> None:
    person = committed_person()
    backup = make_backup(tmp_path)

    with as_owner(), pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", str(backup))

    assert Person.objects.get() == person


def test_a_folder_with_files_is_not_restored_into(
    tmp_path: Path, files: Path, second_database: str
) -> None:
    backup = make_backup(tmp_path)

    with pytest.raises(CommandError, match="is not empty"):
        restore(backup, second_database)

    assert tables_of(second_database) == 0


def tables_of(database: str) -> int:
    with in_database(database), connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relnamespace = 'public'::regnamespace")
        return cursor.fetchone()[0]


def rewritten(backup: Path, change, name: str = "changed.tar") -> Path:
    """The same archive with `change(name, content)` in place of each member's content."""
    target = backup.with_name(name)
    with tarfile.open(backup) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = change(member.name, old.extractfile(member).read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return target


def bent(name: str, content: bytes) -> bytes:
    return content[:-1] + b"X" if name.startswith("files/") else content


def without_dump(name: str, content: bytes) -> bytes | None:
    return None if name == "database.dump" else content


def without_manifest(name: str, content: bytes) -> bytes | None:
    return None if name == MANIFEST else content


def of_tomorrow(name: str, content: bytes) -> bytes:
    if name != MANIFEST:
        return content
    return json.dumps(json.loads(content) | {"format": 99}).encode()


def unreadable(name: str, content: bytes) -> bytes:
    return b"\xff{" if name == MANIFEST else content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (bent, "was changed after the backup was made"),
        (without_dump, "is not what its manifest lists"),
        (without_manifest, "it has no manifest"),
        (of_tomorrow, "its manifest is of another kind"),
        (unreadable, "its manifest cannot be understood"),
    ],
)
def test_a_changed_backup_is_refused_and_changes_nothing(
    tmp_path: Path, files: Path, second_database: str, settings, change, says: str
) -> None:
    changed = rewritten(make_backup(tmp_path), change)
    settings.FILES_ROOT = tmp_path / "elsewhere" / "files"

    with pytest.raises(CommandError, match=says):
        restore(changed, second_database)

    assert tables_of(second_database) == 0
    assert list((tmp_path / "elsewhere" / "files").iterdir()) == []


@pytest.mark.parametrize("name", ["../outside", "/outside"])
def test_a_name_that_leads_out_of_the_folder_is_refused(
    tmp_path: Path, files: Path, second_database: str, settings, name: str
) -> None:
    backup = make_backup(tmp_path)
    with tarfile.open(backup, "a") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    settings.FILES_ROOT = tmp_path / "elsewhere" / "files"

    with pytest.raises(CommandError, match="no plain file"):
        restore(backup, second_database)

    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"not a tar at all", b"\x00" * 2048])
def test_a_file_that_is_no_backup_is_refused(
    tmp_path: Path, second_database: str, settings, content: bytes
) -> None:
    file = tmp_path / "something"
    file.write_bytes(content)
    settings.FILES_ROOT = tmp_path / "elsewhere" / "files"

    with pytest.raises(CommandError, match="was not restored"):
        restore(file, second_database)


def test_a_backup_cut_short_is_refused(
    tmp_path: Path, files: Path, second_database: str, settings
) -> None:
    backup = make_backup(tmp_path)
    backup.write_bytes(backup.read_bytes()[:5000])
    settings.FILES_ROOT = tmp_path / "elsewhere" / "files"

    with pytest.raises(CommandError, match="was not restored"):
        restore(backup, second_database)


def test_the_keys_are_not_in_the_backup_and_a_restore_with_others_says_so(
    tmp_path: Path, files: Path, second_database: str, settings
) -> None:
    backup = make_backup(tmp_path)
    content = backup.read_bytes()
    for key in (*settings.SEALED_KEYS.values(), settings.BLIND_INDEX_KEY):
        assert key not in content
        assert key.hex().encode() not in content
    settings.SEALED_KEYS = {"local-1": KEY}
    settings.FILES_ROOT = tmp_path / "elsewhere" / "files"

    said = restore(backup, second_database)

    assert "(sealed values local-1)" in said


def test_the_command_says_what_is_missing_from_the_file(tmp_path: Path, files: Path) -> None:
    said = io.StringIO()
    with as_owner():
        call_command("backup", str(tmp_path / "b.tar"), stdout=said)

    assert "Not in it: the keys" in said.getvalue()
    assert "files: 1." in said.getvalue()


def test_a_backup_is_readable_for_its_owner_alone_and_leaves_nothing_beside_it(
    tmp_path: Path, files: Path
) -> None:
    backup = make_backup(tmp_path)

    assert backup.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["portal.tar", "var"]


def test_an_existing_file_is_not_written_over(tmp_path: Path, files: Path) -> None:
    backup = make_backup(tmp_path)

    with as_owner(), pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(backup))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with as_owner(), pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(tmp_path / "nowhere" / "b.tar"))


def test_the_application_role_makes_no_backup_and_restores_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="settings_owner"):
        call_command("backup", str(tmp_path / "b.tar"))
    (tmp_path / "c.tar").touch()
    with pytest.raises(CommandError, match="settings_owner"):
        call_command("restore", str(tmp_path / "c.tar"))


def test_a_failing_program_is_told_in_its_own_words(
    tmp_path: Path, files: Path, second_database: str
) -> None:
    broken = rewritten(make_backup(tmp_path), lambda name, content: content, "same.tar")
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()
    with tarfile.open(broken) as archive:
        manifest = json.loads(archive.extractfile(MANIFEST).read())
    nonsense = b"PGDMP" + uuid4().bytes
    manifest["hashes"]["database.dump"] = hashlib.sha256(nonsense).hexdigest()
    contents = {"database.dump": nonsense, MANIFEST: json.dumps(manifest).encode()}
    broken = rewritten(broken, lambda name, content: contents.get(name, content), "broken.tar")

    with pytest.raises(CommandError, match="pg_restore failed"):
        restore(broken, second_database)

    assert tables_of(second_database) == 0
    assert list(files.iterdir()) == []


def test_sweep_does_what_is_due_and_says_how_much() -> None:
    done: list[str] = []
    handles("test.sweep")(lambda payload, key: done.append(key))
    with in_one_transaction():
        enqueue("test.sweep", {}, key="one")
        enqueue("test.sweep", {}, key="two")
    said = io.StringIO()

    call_command("sweep", stdout=said)

    assert done == ["one", "two"]
    assert said.getvalue() == "Jobs taken: 2.\n"
