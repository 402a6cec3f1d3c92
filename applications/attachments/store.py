"""Where files lie: below `FILES_ROOT`, under names made by us, apart from everything served."""

import os
import re
from pathlib import Path, PurePosixPath
from uuid import uuid4

from django.conf import settings

from applications.attachments.content import ENDINGS, Content
from catalog.schema.cleaning import CONTROL, UNSEEN

NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\ud800-\udfff]')
LONGEST_NAME = 120


def store(content: Content) -> str:
    """Write the file under a new name and return that name; only this account can read it."""
    name = uuid4().hex
    stored_as = f"{name[:2]}/{name}"
    path = Path(settings.FILES_ROOT) / stored_as
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content.data)
        file.flush()
        os.fsync(file.fileno())
    return stored_as


def read(stored_as: str) -> bytes:
    """The bytes of a stored file."""
    return (Path(settings.FILES_ROOT) / stored_as).read_bytes()


def discard(stored_as: str) -> None:
    """Remove a file that is no longer wanted; one that is gone already is fine."""
    (Path(settings.FILES_ROOT) / stored_as).unlink(missing_ok=True)


def clean_name(given: str, content_type: str) -> str:
    """The applicant's own name for the file: no path, nothing unseen, the right ending."""
    plain = CONTROL.sub("", UNSEEN.sub("", given)).replace("\\", "/")
    stem = NOT_IN_NAMES.sub("", PurePosixPath(plain).name).rpartition(".")
    words = " ".join((stem[0] or stem[2]).split()).strip(". ")[:LONGEST_NAME]
    return f"{words or 'file'}.{ENDINGS[content_type]}"
