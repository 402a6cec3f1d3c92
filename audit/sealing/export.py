"""An export of the sealed trail: one file that can be checked anywhere, without the database."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from audit.sealing.heads import Head
from audit.sealing.keys import KnownKey
from audit.sealing.leaves import Leaf, plain
from audit.sealing.packed import packed_lines
from audit.sealing.sources import Away, Pass, Source
from audit.sealing.store import Span

HEADS_AT_ONCE = 1000  # in one line


class FileSource:
    """An export: lines of JSON, packed. Keys and months away come first, then heads, then passes.

    Heads and passes are read side by side, each by a reader of its own: neither fits in memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._leaves: list[Leaf] = []
        self._hashes = b""
        self._strays: list[int] = []
        self._words: list[tuple[int, bool]] = []
        self._tiles: list[tuple[int, int, int, str]] = []

    def known_keys(self) -> list[KnownKey]:
        return [KnownKey.read(one) for one in self._section("keys")]

    def away(self) -> list[Away]:
        return [
            Away(**{**one, "month": date.fromisoformat(one["month"])})
            for one in self._section("away")
        ]

    def heads(self) -> Iterator[Head]:
        before = True
        for kind, content in self._lines():
            if kind == "heads" and isinstance(content, list):
                before = False
                yield from (Head.read(one) for one in content)
            elif not before:
                return

    def passes(self) -> Iterator[Pass]:
        for kind, content in self._lines():
            if kind == "strays":
                self._strays = content
            if kind == "words":
                self._words = content
            if kind == "tiles":
                self._tiles = content
            if kind == "pass":
                self._hashes = bytes.fromhex(content["hashes"])
                self._leaves = [Leaf.of(line) for line in content["leaves"]]
                span = Span(*map(_moment, content["span"]))
                yield Pass(content["epoch"], content["first"], content["entries"], span)

    def leaves(self, one: Pass) -> Iterator[Leaf]:
        return iter(self._leaves)

    def hashes(self, one: Pass) -> bytes:
        return self._hashes

    def strays(self) -> list[int]:
        return self._strays

    def words_amiss(self) -> Iterator[tuple[int, bool]]:
        return ((entry_id, gone) for entry_id, gone in self._words)

    def inner_tiles(self) -> Iterator[tuple[int, int, int, bytes]]:
        for epoch, level, place, hashes in self._tiles:
            yield epoch, level, place, bytes.fromhex(hashes)

    def _lines(self) -> Iterator[tuple[str, Any]]:
        return packed_lines(self._path, BrokenExportError)

    def _section(self, name: str) -> list[dict[str, Any]]:
        for kind, content in self._lines():
            if kind == name and isinstance(content, list):
                return content
        raise BrokenExportError(f"the section {name} is missing")


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


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
        put("words", list(source.words_amiss()))
        put("tiles", [[*where, hashes.hex()] for *where, hashes in source.inner_tiles()])
        put("end", count)
    return count
