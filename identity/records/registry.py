"""Sources of facts government already holds. One connector per source."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from audit.kernel.registry import Registry
from identity.records.transport import SourceUnavailable, Transport

SubjectKind = Literal["person", "organisation"]
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class RecordSubject:
    """Whom a register is asked about. Printing it does not show the number."""

    kind: SubjectKind
    number: str = field(repr=False)


class Connector(ABC):
    """Answers questions about one person or organisation from one source.

    `provides` names catalogue data elements, so two forms that ask for the same fact are filled
    from the same place. `fetch` leaves out what the source has no entry for; it raises
    `SourceUnavailable` when it cannot answer, and the form is then asked by hand. It runs in a
    thread of its own and never touches the database.
    """

    provides: ClassVar[Collection[str]]
    about: ClassVar[tuple[SubjectKind, ...]] = ("person",)

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @abstractmethod
    def fetch(self, subject: RecordSubject, elements: Collection[str]) -> Mapping[str, Any]:
        """Return the recorded facts among `elements`, keyed by element code."""


class EntryConnector(Connector):
    """Answers with one flat entry per number; `fields` says where each fact stands."""

    fields: ClassVar[Mapping[str, str]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.provides = tuple(cls.fields)

    def fetch(self, subject: RecordSubject, elements: Collection[str]) -> Mapping[str, Any]:
        entry = self.transport.ask(subject.number)
        facts = {name: entry.get(self.fields[name]) for name in elements if name in self.fields}
        return {name: plain(fact) for name, fact in facts.items() if fact is not None}


def plain(fact: Any) -> Any:
    """A fact that a form can carry; anything else means that the source is not well."""
    if isinstance(fact, bool | int | float):
        return fact
    if isinstance(fact, str) and len(fact) <= LONGEST_TEXT and fact.isprintable():
        return fact
    raise SourceUnavailable("the answer holds something that is neither text nor number")


connectors: Registry[Connector] = Registry("record connectors")
