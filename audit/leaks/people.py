"""What the tracing of leaks asks the packages above: whose the numbers and values in a text
are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from audit.directory import Directory
from audit.kernel.actors import Actor
from audit.leaks.values import Value

Pair = tuple[Value, Value]
MOST_HOLDERS = 5


@dataclass(frozen=True, slots=True)
class Holders:
    """Whose a value is. Nobody where more than five have it: it says too little."""

    people: tuple[UUID, ...] = ()


class LeakDirectory(Directory, Protocol):
    """The directory of the trail, and many at once by what leaked. A few queries, however many."""

    def take_trace(self, actor: Actor) -> None:
        """Refused (429) if this supervisor has traced as much as one may for now. Called before the
        entry of a trace, in its transaction."""

    def people_of(self, numbers: Collection[str], codes: Collection[str]) -> Mapping[str, UUID]:
        """Persons by identity number (blind index), organisations by credit code."""

    def people_in_cases(self, references: Collection[str]) -> Mapping[str, list[UUID]]:
        """Whose data each case holds; a case nobody knows is not in the answer."""

    def holders_of(self, values: Sequence[Value]) -> Mapping[Value, Holders]:
        """Who has each of these values; what nobody has is not in the answer. One query."""

    def holders_of_both(self, pairs: Sequence[Pair]) -> Mapping[Pair, Holders]:
        """Who has both values of a pair; the same. One query."""
