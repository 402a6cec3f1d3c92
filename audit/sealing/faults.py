"""What a check of the trail finds wrong."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: its kind, where, and the entry it begins with, if known.

    What is missing at the end has no number any more, and what was rewritten with its whole seal
    may begin anywhere behind the last head that somebody has kept: then `after` is the last entry,
    in the order of the seal, that is as it was, and 0 if none is known to be.
    """

    kind: str
    where: str
    entry_id: int | None = None
    after: int | None = None

    def __str__(self) -> str:
        entry = f", entry {self.entry_id}" if self.entry_id is not None else ""
        after = f", after entry {self.after}" if self.after else ""
        return f"{self.kind}: {self.where}{entry}{after}"


def first_entry(faults: Iterable[Fault]) -> int | None:
    """The first entry any of these faults names."""
    return min((one.entry_id for one in faults if one.entry_id is not None), default=None)


def last_good(faults: Iterable[Fault]) -> int | None:
    """The entry after which the first of those faults begins that name none."""
    return min((one.after for one in faults if one.after is not None), default=None)
