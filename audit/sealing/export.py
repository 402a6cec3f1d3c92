"""An export of the sealed trail: one file that can be checked anywhere, without the database."""

import gzip
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from audit.keeping.ordered import VERBS
from audit.sealing.heads import Head, aware
from audit.sealing.keys import KnownKey
from audit.sealing.leaves import Leaf, plain
from audit.sealing.packed import packed_lines, whole, whole_numbers
from audit.sealing.sources import Away, Pass, Source
from audit.sealing.store import Span

HEADS_AT_ONCE = 1000  # in one line
Read = TypeVar("Read")


class FileSource:
    """An export: lines of JSON, packed. Keys, months away and words that are gone come first, then
    heads, then passes.

    Heads and passes are read side by side, each by a reader of its own: neither fits in memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._leaves: list[Leaf] = []
        self._hashes = b""
        self._after: dict[str, list[Any]] = {}  # by section, what stands behind the passes

    def known_keys(self) -> list[KnownKey]:
        return self._section("keys", KnownKey.read)

    def away(self) -> list[Away]:
        return self._section("away", _away)

    def heads(self) -> Iterator[Head]:
        before = True
        for kind, content in self._lines():
            if kind == "heads":
                before = False
                yield from _read(kind, lambda heads: [Head.read(one) for one in heads], content)
            elif not before:
                return

    def passes(self) -> Iterator[Pass]:
        for kind, content in self._lines():
            if isinstance(kind, str) and kind in _AFTER:
                self._after[kind] = _read(kind, _AFTER[kind], content)
            if kind == "pass":
                one, self._hashes, self._leaves = _read(kind, _pass, content)
                yield one

    def leaves(self, one: Pass) -> Iterator[Leaf]:
        return iter(self._leaves)

    def hashes(self, one: Pass) -> bytes:
        return self._hashes

    def strays(self) -> list[int]:
        return self._after.get("strays", [])

    def unsealed(self) -> list[int]:
        return self._after.get("unsealed", [])

    def other_transactions(self) -> list[int]:
        return self._after.get("transactions", [])

    def loose_passes(self) -> list[tuple[int, int]]:
        return self._after.get("loose", [])

    def words_amiss(self) -> Iterator[tuple[int, bool]]:
        return iter(self._section("words", _word))

    def waiting(self, verbs: Collection[str]) -> Iterator[Leaf]:
        found = self._section("waiting", Leaf.of)
        return (leaf for leaf in found if leaf.verb in verbs)

    def inner_tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        return iter(self._after.get("tiles", []))

    def _lines(self) -> Iterator[tuple[str, Any]]:
        return packed_lines(self._path, BrokenExportError)

    def _section(self, name: str, one_of: Callable[[Any], Read]) -> list[Read]:
        for kind, content in self._lines():
            if kind == name:
                return _read(kind, lambda found: [one_of(one) for one in found], content)
        raise BrokenExportError(f"{self._path.name} is no export of the trail: no {name} are in it")


def _read(kind: str, reading: Callable[[Any], Read], content: object) -> Read:
    """What a line of an export holds. BrokenExportError if it is not what we write there."""
    try:
        return reading(content)
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenExportError(f"a section {kind} makes no sense: the file is damaged") from error


def _away(said: dict[str, Any]) -> Away:
    return Away(
        date.fromisoformat(said["month"]),
        whole(said["entries"]),
        str(said["name"]),
        bool(said["is_told"]),
        whole(said["told_by"]),
    )


def _pass(said: dict[str, Any]) -> tuple[Pass, bytes, list[Leaf]]:
    entries = whole_numbers(said["entries"])
    span = Span(*map(_moment, said["span"]))
    leaves = [Leaf.of(line) for line in said["leaves"]]
    one = Pass(whole(said["epoch"]), whole(said["first"]), entries, span)
    return one, bytes.fromhex(said["hashes"]), leaves


def _places(said: list[Any]) -> list[tuple[int, int]]:
    return [(whole(epoch), whole(first)) for epoch, first in said]


def _word(said: list[Any]) -> tuple[int, bool]:
    entry_id, gone = said
    return whole(entry_id), bool(gone)


def _tiles(said: list[Any]) -> list[tuple[int, int, int, bytes]]:
    return [
        (whole(epoch), whole(level), whole(place), bytes.fromhex(hashes))
        for epoch, level, place, hashes in said
    ]


_AFTER: dict[str, Callable[[Any], list[Any]]] = {
    "strays": whole_numbers,
    "unsealed": whole_numbers,
    "transactions": whole_numbers,
    "loose": _places,
    "tiles": _tiles,
}


def _moment(written: str | None) -> datetime | None:
    return aware(written) if written else None


class BrokenExportError(ValueError):
    """The file is no export, or is cut off."""


def write_export(source: Source, path: Path) -> int:
    """Write everything a check needs, for nobody else to read; returns how many entries there are.

    OSError: the file is there already, or its folder is not.
    """
    count = 0
    with path.open("xb") as raw, gzip.open(raw, "wt", encoding="ascii", compresslevel=3) as file:
        path.chmod(0o600)

        def put(kind: str, content: object) -> None:
            file.write(json.dumps([kind, content], separators=(",", ":")) + "\n")

        put("keys", [one.as_dict() for one in source.known_keys()])
        put("away", [{**asdict(one), "month": one.month.isoformat()} for one in source.away()])
        put("words", list(source.words_amiss()))
        put("waiting", [leaf.line() for leaf in source.waiting(VERBS)])
        heads = source.heads()
        while some := list(islice(heads, HEADS_AT_ONCE)):
            put("heads", [one.as_dict() for one in some])
        for one in source.passes():
            leaves = [leaf.line() for leaf in source.leaves(one)]
            count += len(leaves)
            put(
                "pass",
                {
                    "epoch": one.epoch,
                    "first": one.first,
                    "entries": one.entries,
                    "span": [plain(one.span.earliest), plain(one.span.latest)],
                    "hashes": source.hashes(one).hex(),
                    "leaves": leaves,
                },
            )
        put("strays", source.strays())
        put("unsealed", source.unsealed())
        put("transactions", source.other_transactions())
        put("loose", source.loose_passes())
        put("tiles", [[*where, hashes.hex()] for *where, hashes in source.inner_tiles()])
        put("end", count)
    return count
