"""A damaged export or archived month is refused in words, whatever in it is damaged."""

import copy
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from audit.keeping.archive import BrokenArchiveError
from audit.keeping.checking import check
from audit.sealing.export import BrokenExportError, FileSource, write_export
from audit.sealing.heads import Head
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import last_head
from audit.sealing.verify import verify
from tests.factories.old_months import archived

pytestmark = pytest.mark.django_db(transaction=True)

ODD = (None, -1, 2**62, 1.5, True, "", "é", "ff" * 32, "2026-01-01", [], [None], {}, {"a": 1})
HEADER = 64  # bytes in which a packed file names itself: nothing of ours
BROKEN = (BrokenArchiveError, BrokenExportError)


def of_export(path: Path) -> int:
    return len(verify(FileSource(path)).faults)


def of_archive(path: Path) -> int:
    return len(check(path).faults)


def unpacked(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (EOFError, OSError, zlib.error):
        return None


def is_refused(path: Path, faults_in: Callable[[Path], int]) -> bool:
    """Whether it cannot be read, or is read and found to be changed."""
    try:
        return faults_in(path) > 0
    except BROKEN:
        return True


def places_in(content: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a piece of JSON."""
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, one in inside:
        yield (*place, key)
        if isinstance(one, dict | list):
            yield from places_in(one, (*place, key))


def with_another(content: list[Any], place: tuple[Any, ...], odd: object) -> list[Any]:
    changed = copy.deepcopy(content)
    around: Any = changed
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = odd
    return changed


def write_lines(path: Path, lines: list[Any]) -> None:
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


@pytest.fixture
def files(old_month, tmp_path) -> list[tuple[Path, Callable[[Path], int]]]:
    before, after = tmp_path / "before.gz", tmp_path / "after.gz"
    write_export(DatabaseSource(), before)
    archive = archived(tmp_path).path
    write_export(DatabaseSource(), after)  # with a month that is away
    return [(before, of_export), (after, of_export), (archive, of_archive)]


@pytest.mark.parametrize("first", range(3))
def test_whatever_stands_in_a_place_of_a_file_it_is_a_fault_or_a_refusal(files, tmp_path, first):
    """Every place in the three files holds something odd once, each time it is run another."""
    changed, odd = tmp_path / "changed.gz", cycle(ODD)
    for _ in range(first * 4):
        next(odd)
    refused = 0
    for path, faults_in in files:
        with gzip.open(path, "rt") as file:
            lines = [json.loads(line) for line in file]
        for place in places_in(lines):
            write_lines(changed, with_another(lines, place, next(odd)))
            try:
                faults_in(changed)
            except BROKEN:
                refused += 1
    assert refused > 100


def test_a_file_with_a_flipped_bit_or_without_its_end_is_refused(files, tmp_path):
    changed = tmp_path / "changed.gz"
    for path, faults_in in files:
        whole = path.read_bytes()
        for at in range(HEADER, len(whole), 17):
            flipped = bytes([whole[at] ^ 16])
            for damaged in (whole[:at] + flipped + whole[at + 1 :], whole[:at]):
                changed.write_bytes(damaged)
                if unpacked(damaged) != unpacked(whole):  # a few bits of a packed file say nothing
                    assert is_refused(changed, faults_in), (path.name, at, len(damaged))


@pytest.mark.parametrize(
    "change", [{"root": "no hash"}, {"at": "2026-01-01T00:00:00"}, {"at": "soon"}, {"size": True}]
)
def test_a_head_that_says_no_moment_and_no_hash_is_none(old_month, change):
    said = last_head().as_dict()
    assert Head.read(said) == last_head()
    with pytest.raises(ValueError, match=r"not a signed head|no time zone|Invalid isoformat|hex"):
        Head.read({**said, **change})
