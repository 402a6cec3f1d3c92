"""What the trail asks the packages above, and whom: the floor knows nobody.

Pages are given a directory by their addresses. The top layer says once, when it is loaded, which
one actions, selectors and jobs ask.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.trail import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An officer code: whose account, as what, in which department."""

    account: UUID
    capacity: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One officer (by code), one whole office (by code), one view (by number) or one page (by
    address), and words to tell it from others."""

    officer: str = ""
    office: str = ""
    view: str = ""
    page: str = ""
    words: str = ""

    @property
    def key(self) -> str:
        """What a form sends to mean this one."""
        if self.view or self.page:
            return f"view:{self.view}" if self.view else f"page:{self.page}"
        return f"officer:{self.officer}" if self.officer else f"office:{self.office}"


@dataclass(frozen=True, slots=True)
class Review:
    """The page on which a look without a case is judged, and how it stands there."""

    address: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody found for good about one look, in words: how who judged it came to it and as
    what (`who`), their officer code and the page it stands on, where the reader is told these.
    `kind` is that of its tag."""

    looked_at: datetime
    at: datetime
    who: str
    result: str
    kind: str
    judge: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that changed hands or state in a case, told by the case itself, not the trail."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case: what the trail points at, those whose data it holds, and what came of it. `steps`:
    verbs by which applicants move it on."""

    target: ObjectRef
    subjects: list[UUID]
    parts: tuple[ObjectRef, ...] = ()
    title: str = ""
    state: str = ""
    turns: tuple[Turn, ...] = ()
    steps: frozenset[str] = frozenset()


class Directory(Protocol):
    """What the pages of the trail ask the packages above: names for ids, ids for what was typed."""

    def names(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        """Masked names of persons, names of organisations."""

    def find_person(self, number: str) -> UUID | None:
        """The person of an identity number, by its blind index."""

    def is_number(self, typed: str) -> bool:
        """Whether this can be an identity number at all."""

    def find_case(self, reference: str) -> KnownCase | None: ...

    def departments(self, codes: Collection[str]) -> Mapping[str, str]: ...

    def verbs(self) -> Mapping[str, Mapping[str, str]]:
        """Every verb that can be searched for, in plain words, by what such acts are about."""

    def verb(self, verb: str) -> str: ...

    def capacity(self, capacity: str) -> str: ...

    def purpose(self, kind: str, code: str) -> str: ...

    def kind(self, object_kind: str) -> str: ...

    def actor(self, label: str, capacity: str) -> str: ...

    def details(self, found: Mapping[AuditEntry, Mapping[str, Any]]) -> Mapping[int, str]:
        """What was seen and for what reason, for entries that keep this apart."""

    def verb_groups(self) -> Mapping[str, tuple[str, Collection[str]]]:
        """Kinds of acts that can be searched for at once: a code, its words, its verbs."""

    def offices(self, region: str) -> Mapping[str, str]:
        """The departments of a region and all below it, by code, in order of their names."""

    def post(self, officer: str) -> Post | None:
        """Who holds an officer code, or held it last."""

    def numbers(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        """Covered identity numbers, or register codes. Gated: recorded before."""

    def accounts_of(self, actor: Actor) -> Iterable[UUID]:
        """The account that acts and all others of the same human being; may be asked of the
        database only as part of a condition."""

    def officers_behind(self, subjects: Collection[UUID]) -> Collection[UUID]:
        """The accounts of officers who are one of these as a citizen, or lead one of these."""

    def codes_of_supervisors(self) -> Collection[str]:
        """Every officer code of those who are supervisors, those of their other accounts too."""

    def matching(self, typed: str, region: str) -> list[Match]:
        """Officers and offices of a region that what was typed can mean, the likeliest first."""

    def pages(self, typed: str, actor: Actor) -> list[Match]:
        """The pages of whatever has this number and a page of its own that this reader may open:
        what there is not and what is not the reader's gets the same answer."""

    def kept_from(self, actor: Actor) -> Q:
        """The entries of things a supervisor must not hear of: they concern the supervisor or
        somebody close, who could be warned."""

    def reviews(self, entries: Collection[int]) -> Mapping[int, Review]:
        """Where looks without a case are judged, by entry."""

    def found_by_others(
        self, actor: Actor, entries: Collection[AuditEntry], but: ObjectRef
    ) -> list[Finding]:
        """What a supervisor who judges these looks reads of all that was found about them, the
        oldest first, without what stands on the supervisor's own page."""


_known: list[Directory] = []


def use_directory(directory: Directory) -> None:
    """Ask this one from now on."""
    _known[:] = [directory]


def the_directory() -> Directory:
    """The one in use; LookupError if the top layer has named none."""
    if not _known:
        raise LookupError("no directory: call use_directory() when the top layer is ready")
    return _known[0]
