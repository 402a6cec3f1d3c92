"""Where files lie: below `FILES_ROOT`, sealed, under our own names, apart from what is served."""

import logging
import os
import re
from pathlib import Path, PurePosixPath
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from applications.attachments.content import ENDINGS, Content
from audit.kernel.errors import Refused
from audit.kernel.plain import without_unseen
from catalog.schema.cleaning import CONTROL
from identity.sealed.content import open_content, seal_content
from identity.sealed.value import BrokenSeal

logger = logging.getLogger(__name__)

NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\ud800-\udfff]')
LONGEST_NAME = 120


def store(content: Content) -> str:
    """Write the file, sealed for its new name, and return that name."""
    name = uuid4().hex
    stored_as = f"{name[:2]}/{name}"
    path = Path(settings.FILES_ROOT) / stored_as
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seal_content(content.data, _place(stored_as)))
        file.flush()
        os.fsync(file.fileno())
    return stored_as


def read(stored_as: str) -> bytes:
    """What was handed in. Call it only after `record()` for its subject in the same transaction.

    Refused (503) where the file is gone from the disk, not what was written there, or sealed by
    a key that is not on the ring.
    """
    try:
        kept = (Path(settings.FILES_ROOT) / stored_as).read_bytes()
        return open_content(kept, _place(stored_as))
    except (OSError, BrokenSeal, ImproperlyConfigured) as fault:
        logger.exception("the file %s cannot be opened", stored_as)
        raise _cannot_be_opened() from fault


def discard(stored_as: str) -> None:
    """Remove a file that is no longer wanted; one that is gone already is fine."""
    (Path(settings.FILES_ROOT) / stored_as).unlink(missing_ok=True)


def clean_name(given: str, content_type: str) -> str:
    """The applicant's own name for the file: no path, nothing unseen, the right ending."""
    plain = CONTROL.sub("", without_unseen(given)).replace("\\", "/")
    stem = NOT_IN_NAMES.sub("", PurePosixPath(plain).name).rpartition(".")
    words = " ".join((stem[0] or stem[2]).split()).strip(". ")[:LONGEST_NAME]
    return f"{words or 'file'}.{ENDINGS[content_type]}"


def _place(stored_as: str) -> str:
    """What a file is sealed for: another file's content does not open under its name."""
    return f"applications.files:{stored_as}"


def _cannot_be_opened() -> Refused:
    return Refused(
        code="file.lost",
        message=_("This file cannot be opened at the moment."),
        next_step=_("Everything else of this case is there. Please come back for the file later."),
        status=503,
    )
