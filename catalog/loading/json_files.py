"""Reading JSON files: that they are JSON, that the database can hold them, and their shape."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from audit.kernel.plain import UNSEEN
from catalog.loading.files import read_text
from catalog.loading.report import BrokenFile

MOST_DEPTH = 40
NOT_SEEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{UNSEEN}]")


def read_json(path: Path) -> Any:
    """The content of a JSON file, or BrokenFile."""
    text = read_text(path)
    try:
        content = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise BrokenFile(path.name, f"not JSON ({problem.msg})", problem.lineno) from problem
    except RecursionError as problem:
        raise BrokenFile(path.name, "nested too deeply") from problem
    except ValueError as problem:
        raise BrokenFile(path.name, "a number that is none or has too many figures") from problem
    for value, depth in _everything(content):
        if depth > MOST_DEPTH:
            raise BrokenFile(path.name, "nested too deeply")
        if isinstance(value, float) and not math.isfinite(value):
            raise BrokenFile(path.name, "a number that is none or has too many figures")
        if isinstance(value, str) and NOT_SEEN.search(value):
            line = _line_of(text, value)
            raise BrokenFile(path.name, "characters that cannot be seen or printed", line)
    return content


def fault_in(value: Any, shape: Draft202012Validator) -> str:
    """Where and why a value has another shape than it should; empty when it is right."""
    error = next(iter(shape.iter_errors(value)), None)
    if error is None:
        return ""
    place = "/".join(str(part) for part in error.absolute_path)
    return f"{place}: {error.message[:120]}" if place else error.message[:120]


def _no_number(word: str) -> float:
    raise ValueError(word)


def _everything(content: Any) -> Iterator[tuple[Any, int]]:
    """Every value and every name, with its depth; without recursion, however deep it goes."""
    waiting = [(content, 1)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        if isinstance(inner, list):
            waiting.extend((one, depth + 1) for one in inner)


def _line_of(text: str, value: str) -> int | None:
    """The line on which a string stands, written out or escaped."""
    escaped = json.dumps(value)[1:-1].lower()
    at = max(text.find(value), text.lower().find(escaped))
    return text.count("\n", 0, at) + 1 if at >= 0 else None
