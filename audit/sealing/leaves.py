"""What of an entry is under seal: every column that says what happened, and its subjects.

The form is fixed for ever: outsiders compute the same bytes from an export. The words of an entry
(its detail) are in it as their salted hash only, so that the law can erase them and the seal holds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from audit.sealing.heads import aware
from audit.sealing.merkle import leaf_hash

FORMAT = 1
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True)
_WORDS = {str, type(None)}  # what every column but the first holds
COLUMNS = (
    "id",
    "at",
    "actor",
    "actor_label",
    "capacity",
    "department",
    "region",
    "principal",
    "mandate",
    "sign_in",
    "verb",
    "object_kind",
    "object_id",
    "purpose_kind",
    "purpose",
    "outcome",
    "request_id",
    "detail_hash",
)
_VERB = COLUMNS.index("verb")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry as it is sealed: its columns in their order, then its subjects in theirs."""

    values: Sequence[Any]
    subjects: Sequence[str]

    @property
    def entry_id(self) -> int:
        return int(self.values[0])

    @property
    def verb(self) -> str:
        return str(self.values[_VERB])

    @property
    def at(self) -> datetime:
        """The moment of the entry, with its time zone."""
        return datetime.fromisoformat(self.values[1])

    def line(self) -> list[Any]:
        return [FORMAT, *self.values, list(self.subjects)]

    def data(self) -> bytes:
        """The bytes that are hashed: one line of JSON without spaces, non-ASCII escaped."""
        return _JSON.encode(self.line()).encode("ascii")

    def hash(self) -> bytes:
        return leaf_hash(self.data())

    @classmethod
    def of(cls, line: object) -> "Leaf":
        """The entry a line stands for. ValueError if it is no line of ours."""
        if not isinstance(line, list) or len(line) != len(COLUMNS) + 2:
            raise ValueError("not an entry")
        version, entry_id, at, *others, subjects = line
        if version != FORMAT or type(entry_id) is not int or not isinstance(subjects, list):
            raise ValueError("not an entry of this format")
        if not set(map(type, others)) <= _WORDS or not set(map(type, subjects)) <= {str}:
            raise ValueError("not an entry of this format")
        aware(at)
        return cls(line[1:-1], subjects)


def plain(value: object) -> Any:
    """A column as it stands in the line: times in UTC with microseconds, bytes in hexadecimal."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if value is None or isinstance(value, int) else str(value)
