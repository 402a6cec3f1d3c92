"""A file lies sealed in its folder as long as a row says whose it is, and no longer."""

import os
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils import timezone

from applications.actions.attach import attach_file, take_back_file
from applications.attachments.store import read
from applications.attachments.sweep import sweep_files
from applications.models import Attachment
from audit.kernel.errors import Refused
from audit.transaction import in_one_transaction
from tests.factories.citizen import (
    jpeg,
    make_draft,
    make_li_xiao,
    make_registers,
    make_release,
    upload,
)
from tests.factories.identity import citizen_actor

pytestmark = pytest.mark.django_db(transaction=True)

PHOTO = jpeg()


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    return lambda: [one for one in tmp_path.rglob("*") if one.is_file()]


@pytest.fixture
def attach(files):
    with in_one_transaction():
        make_release()
        make_registers()
        account = make_li_xiao()
        draft = make_draft(account)
    actor = citizen_actor(account)

    def act(data: bytes = PHOTO) -> Attachment:
        return attach_file(
            actor=actor, reference=draft.reference, material="photo", file=upload(data)
        )

    act.given = {"actor": actor, "reference": draft.reference}
    return act


def test_a_file_whose_request_failed_does_not_stay(attach, files):
    def act():
        with in_one_transaction():
            attach()
            there = len(files())
            raise LookupError(there)

    with pytest.raises(LookupError, match="1"):
        act()

    assert files() == []


def test_a_file_whose_request_was_kept_stays(attach, files):
    with in_one_transaction():
        attach()

    assert len(files()) == 1


def test_the_sweep_removes_what_nothing_points_at_after_a_day(attach, files, settings):
    with in_one_transaction():
        attach()
    (kept,) = files()
    lost = settings.FILES_ROOT / "ab" / "ab12"
    new = settings.FILES_ROOT / "cd" / "cd34"
    for one in (lost, new):
        one.parent.mkdir(exist_ok=True)
        one.write_bytes(b"x")
    before = (timezone.now() - timedelta(days=2)).timestamp()
    for one in (lost, kept):
        os.utime(one, (before, before))

    assert sweep_files(timezone.now()) == 1

    assert sorted(files()) == sorted([kept, new])


def test_the_sweep_removes_what_was_taken_back_and_stayed(attach, files):
    with in_one_transaction():
        attachment = attach()
    (path,) = files()
    content = path.read_bytes()
    with in_one_transaction():
        take_back_file(**attach.given, attachment_id=attachment.pk)
    path.write_bytes(content)

    assert sweep_files(timezone.now() + timedelta(days=2)) == 1
    assert files() == []


def test_what_lies_on_the_disk_says_nothing_of_what_was_handed_in(attach, files):
    with in_one_transaction():
        attachment = attach()
    (path,) = files()

    kept, photo = path.read_bytes(), read(attachment.stored_as)

    assert sha256(photo).hexdigest() == attachment.sha256
    assert all(photo[at : at + 16] not in kept for at in range(len(photo) - 16))


def test_the_largest_file_that_may_be_kept_is_in_memory_until_it_is_sealed(settings, rf):
    largest = upload(b"x" * settings.UPLOAD_MAX_BYTES)

    sent = rf.post("/", {"file": largest}).FILES["file"]

    assert isinstance(sent, InMemoryUploadedFile)


@pytest.mark.parametrize(
    "fault",
    [
        lambda path, _: path.unlink(),
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(PHOTO),
        lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
        lambda path, _: path.write_bytes(path.read_bytes()[:25]),
        lambda path, _: path.write_bytes(path.read_bytes()[:20]),
        lambda path, _: path.write_bytes(b"\xff" + path.read_bytes()),
        lambda path, other: path.write_bytes(other.read_bytes()),
    ],
)
def test_a_file_that_is_gone_changed_or_moved_is_refused(attach, settings, caplog, fault):
    with in_one_transaction():
        attachment, another = attach(), attach(jpeg(quality=20))
    path, other = (settings.FILES_ROOT / one.stored_as for one in (attachment, another))
    fault(path, other)

    with pytest.raises(Refused) as refusal:
        read(attachment.stored_as)

    assert (refusal.value.code, refusal.value.status) == ("file.lost", 503)
    assert attachment.stored_as in caplog.text
