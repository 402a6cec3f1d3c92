"""Files of lines of JSON, packed: what exports and archives are written in."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def packed_lines(path: Path, broken: type[ValueError]) -> Iterator[tuple[str, Any]]:
    """Kind and content of every line; `broken` where the file cannot be read or has no end."""
    kind = ""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for text in file:
                kind, content = json.loads(text)
                yield kind, content
    except (OSError, EOFError, ValueError) as error:
        raise broken(f"{path.name} cannot be read: {error}") from error
    if kind != "end":
        raise broken(f"{path.name} is cut off")
