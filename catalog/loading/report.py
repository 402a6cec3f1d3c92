"""What a loading run did, in numbers and with the reason of every refusal."""

from dataclasses import dataclass, field


class BrokenFile(Exception):  # noqa: N818 - says what is wrong with the file
    """The file as a whole cannot be used. Nothing of it, and nothing of the run, is kept."""

    def __init__(self, name: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{name}, line {line}: {reason}" if line else f"{name}: {reason}")


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    reason: str


@dataclass(slots=True)
class FileReport:
    """One file: rows read, made, changed and refused."""

    name: str
    read: int = 0
    made: int = 0
    changed: int = 0
    refused: list[Refusal] = field(default_factory=list)
    counted: str = "line"  # what the number of a refusal counts: lines of a table, entries of JSON

    def refuse(self, line: int, reason: str) -> None:
        self.refused.append(Refusal(line, reason))

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.read} read, {self.made} made, "
            f"{self.changed} changed, {len(self.refused)} refused"
        )
