"""What a check of the trail finds wrong."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: its kind, where, and the entry it begins with, if known."""

    kind: str
    where: str
    entry_id: int | None = None

    def __str__(self) -> str:
        entry = f", entry {self.entry_id}" if self.entry_id is not None else ""
        return f"{self.kind}: {self.where}{entry}"


def first_entry(faults: Iterable[Fault]) -> int | None:
    """The first entry any of these faults names."""
    return min((one.entry_id for one in faults if one.entry_id is not None), default=None)
