"""What the sentinel has to know of people, told from above: the floor knows nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from audit.sentinel.events import OfficeHours
from audit.trail import ObjectRef

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Who, among those looked at, is near to an officer. Ids only."""

    relatives: frozenset[UUID] = NOBODY
    household: frozenset[UUID] = NOBODY
    colleagues: frozenset[UUID] = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """A device a sign-in was used on: a digest, and whether its officer is at home on it.

    `is_strange` means that the officer has a usual device and this is another one. Somebody
    without a usual device yet is strange nowhere.
    """

    device: str
    first_seen: datetime
    is_strange: bool = False


class Surroundings(Protocol):
    """What the packages above know. Every answer costs the same few queries, however many ask."""

    def near(
        self, accounts: Collection[UUID], subjects: Collection[UUID]
    ) -> Mapping[UUID, Near]: ...

    def protected(self, subjects: Collection[UUID]) -> frozenset[UUID]:
        """Those of these persons who are under protection now."""

    def whose(self, things: Collection[ObjectRef]) -> Mapping[ObjectRef, Collection[UUID]]:
        """Whose data these things hold, such as cases; what nobody knows is not in the answer."""

    def terminals(self, sign_ins: Collection[str]) -> Mapping[str, list[Terminal]]:
        """On which devices these sign-ins were used; a program's sign-in has none."""

    def hours(self) -> OfficeHours: ...

    def are_related(self, one: UUID, other: UUID) -> bool:
        """Whether two staff accounts belong to one person, to relatives or to one household."""

    def is_close(self, account: UUID, subjects: Collection[UUID]) -> bool:
        """Whether one of these people is whom the account belongs to, or close to that person."""


_told: list[Surroundings] = []


def surrounded_by(surroundings: Surroundings) -> None:
    """Say, once at start-up, whom the sentinel asks."""
    _told[:] = [surroundings]


def surroundings() -> Surroundings:
    if not _told:
        raise LookupError("nobody has told the sentinel whom to ask (surrounded_by)")
    return _told[0]
