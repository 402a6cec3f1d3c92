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
    except (BadGzipFile, EOFError, ValueError, TypeError, RecursionError, zlib.error) as error:
        raise broken(
            f"{path.name} cannot be read: it is no file of the trail, or it is damaged"
        ) from error
    if kind != "end":
        raise broken(f"{path.name} is cut off")


def whole(number: object) -> int:
    """A whole number from JSON. TypeError if it is anything else, true and false included."""
    if type(number) is not int:
        raise TypeError("not a whole number")
    return number


def whole_numbers(numbers: object) -> list[int]:
    """A list of them. TypeError if it is anything else."""
    if not isinstance(numbers, list):
        raise TypeError("no list")
    return [whole(one) for one in numbers]
