"""Heads outside the database: in a file that only grows.

Whoever rewrites the database must also rewrite this file, and what others have copied of it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from audit.sealing.heads import Head


class BrokenHeadsError(ValueError):
    """The file holds something that is no head."""


def publish(head: Head) -> None:
    """Add the head as one line of JSON; it is on the disk when this returns."""
    path = settings.HEADS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(head.as_dict(), sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def published(path: Path) -> Iterator[Head]:
    """The heads of such a file. BrokenHeadsError names the line that is none."""
    with path.open(encoding="ascii", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield Head.read(json.loads(line))
            except ValueError as error:
                raise BrokenHeadsError(f"{path.name}, line {number}: {error}") from error
