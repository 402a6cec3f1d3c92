"""With what files of the trail are sealed where they lie: the packages above say so, since the keys
are theirs."""

from typing import NamedTuple, Protocol


class Turn(Protocol):
    """Turns bytes of a place into others: sealed, or open again. Opening raises ValueError for what
    was changed, moved, or never sealed."""

    def __call__(self, data: bytes, context: str, /) -> bytes: ...


class Seal(NamedTuple):
    """How bytes are closed for a place, and opened there again."""

    close: Turn
    open: Turn


_used: list[Seal] = []


def use_seal(seal: Seal) -> None:
    """Seal with this one from now on."""
    _used[:] = [seal]


def the_seal() -> Seal:
    """The one in use; LookupError if no package above has named any: nothing is written open."""
    if not _used:
        raise LookupError("no seal: call use_seal() when the keys are known")
    return _used[0]
