"""Where files of the trail lie until they are fetched: below `var/`, for one account only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import TextIO

from django.conf import settings

from audit.exports.models import TrailExport
from audit.kernel.spreadsheet import BYTE_ORDER_MARK


def path_of(export: TrailExport) -> Path:
    folder: Path = settings.EXPORTS_ROOT
    return folder / f"{export.pk}.csv"


@contextmanager
def new_file(export: TrailExport) -> Iterator[TextIO]:
    """A file that is there whole, under its name, or not at all."""
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(BYTE_ORDER_MARK.decode())
            yield file
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, read a little at a time."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
