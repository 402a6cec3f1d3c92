"""Files of lines of JSON, packed: what exports and archives are written in."""

import gzip
import json
import zlib
from collections.abc import Iterator
from gzip import BadGzipFile
from pathlib import Path
from typing import Any


def packed_lines(path: Path, broken: type[ValueError]) -> Iterator[tuple[str, Any]]:
    """Kind and content of every line; `broken` where the file makes no sense or has no end.

    OSError where it is not there or may not be opened.
    """
    kind = ""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for text in file:
                kind, content = json.loads(text)
                yield kind, content
    except (BadGzipFile, EOFError, ValueError, zlib.error) as error:
        raise broken(
            f"{path.name} cannot be read: it is no file of the trail, or it is damaged"
        ) from error
    if kind != "end":
        raise broken(f"{path.name} is cut off")
