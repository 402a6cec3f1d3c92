"""What the tracing of leaks asks the packages above: who the numbers in a text belong to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from audit.directory import Directory
from audit.kernel.actors import Actor
from audit.leaks.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """How many of the persons found are also named in the text, and whose mobile fits."""

    names: int = 0
    phones: int = 0


class LeakDirectory(Directory, Protocol):
    """The directory of the trail, and many at once by what leaked. A few queries, however many."""

    def take_trace(self, actor: Actor) -> None:
        """Refused (429) if this supervisor has traced as much as one may for now. Called before the
        entry of a trace, in its transaction."""

    def people_of(self, numbers: Collection[str], codes: Collection[str]) -> Mapping[str, UUID]:
        """Persons by identity number (blind index), organisations by credit code."""

    def people_in_cases(self, references: Collection[str]) -> Mapping[str, list[UUID]]:
        """Whose data each case holds; a case nobody knows is not in the answer."""

    def confirmed(self, people: Collection[UUID], text: str, facts: Facts) -> Confirmed:
        """Compare the names and mobiles of these people with the text. Gated: recorded before."""
