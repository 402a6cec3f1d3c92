"""A trail of years has millions of heads: they are read once, in order, a few in memory."""

import gc
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.sealing.export import HEADS_AT_ONCE, FileSource, write_export
from audit.sealing.head_walk import HeadWalk, Said
from audit.sealing.heads import NO_HEAD, Head
from audit.sealing.letters import line_of
from audit.sealing.merkle import EMPTY_ROOT
from audit.sealing.packed import packed_lines
from audit.sealing.publish import OUT_OF_ORDER, BrokenHeadsError, published
from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from, last_head
from audit.sealing.verify import verify
from tests.factories.sealing import KEY, sealed

START = datetime(2026, 1, 1, tzinfo=UTC)


def chain(count: int, epoch: int = 1) -> Iterator[Head]:
    """Heads of an idle trail, one chained to the next."""
    previous = NO_HEAD
    for number in range(1, count + 1):
        head = Head(
            number=number,
            epoch=epoch,
            size=0,
            root=EMPTY_ROOT.hex(),
            at=(START + timedelta(seconds=20 * number)).isoformat(),
            previous=previous,
            key_id="",
        ).signed(KEY)
        previous = head.hash()
        yield head


def walk(
    heads: Iterator[Head], outside: Iterable[Head] = (), *, ends_early: bool = False
) -> tuple[HeadWalk, list[Said]]:
    """Along all of them; what is said outside of each."""
    known = next(chain(1)).key_id
    walking = HeadWalk(heads, {known: KEY.public_key()}, outside)
    said = []
    while walking.next_of(1) is not None:
        said.append(walking.take().said)
    walking.finish(ends_early=ends_early)
    return walking, said


def test_only_a_few_heads_are_in_memory_at_a_time() -> None:
    most = 0

    def counted() -> Iterator[Head]:
        nonlocal most
        for head in chain(3000):
            if head.number % 1000 == 0:
                gc.collect()
                most = max(most, sum(type(one) is Head for one in gc.get_objects()))
            yield head

    walking, said = walk(counted(), chain(3000))
    assert set(said) == {Said.SAME}
    assert (walking.count, walking.faults) == (3000, [])
    assert 0 < most < 50


def test_the_first_head_that_differs_from_one_published_is_named() -> None:
    theirs = list(chain(4))
    assert walk(chain(5), theirs)[1] == [Said.SAME] * 4 + [Said.NOTHING]
    theirs[1] = replace(theirs[1], at=START.isoformat()).signed(KEY)
    assert walk(chain(5), theirs)[1] == [Said.SAME, Said.ANOTHER, *[Said.NOTHING] * 3]


def test_a_published_head_that_is_gone_is_named() -> None:
    for ours, gone in ((3, 4), (0, 1)):
        walking, _said = walk(chain(ours), chain(5), ends_early=not ours)
        assert walking.gone is not None
        assert walking.gone.number == gone
    assert walk(chain(5), chain(5))[0].gone is None


def test_an_export_may_end_before_what_was_published() -> None:
    walking, _said = walk(chain(3), chain(5), ends_early=True)
    assert (walking.faults, walking.gone, walking.later) == ([], None, 2)


def write_lines(path: Path, heads: list[Head]) -> None:
    path.write_text("".join(line_of(head) + "\n" for head in heads), encoding="ascii")


def test_lines_a_little_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    heads = list(chain(4))
    write_lines(tmp_path / "heads", [heads[1], heads[0], heads[3], heads[2], heads[3]])
    assert [head.number for head in published(tmp_path / "heads")] == [1, 2, 3, 4, 4]


def test_a_line_far_from_its_place_is_named(tmp_path: Path) -> None:
    heads = list(chain(OUT_OF_ORDER + 3))
    write_lines(tmp_path / "heads", [*heads[1:], heads[0]])
    with pytest.raises(BrokenHeadsError, match="head 1 stands far from its place"):
        list(published(tmp_path / "heads"))


def test_heads_published_while_a_check_runs_are_for_the_next_check(tmp_path: Path) -> None:
    heads = list(chain(3))
    write_lines(tmp_path / "heads", heads[:2])
    reading = published(tmp_path / "heads")
    write_lines(tmp_path / "heads", heads)
    assert list(reading) == heads[:2]


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_while_a_check_runs_is_for_the_next_check(tmp_path: Path) -> None:
    sealed(3)
    source = DatabaseSource()
    sealed(4)
    assert verify(source).faults == []
    assert write_export(source, tmp_path / "export") == 3
    report = verify(FileSource(tmp_path / "export"), published=heads_from("true"), ends_early=True)
    newest = last_head()
    assert newest is not None
    assert (report.faults, report.entries) == ([], 3)
    assert report.later == newest.number - report.heads > 0


@pytest.mark.django_db(transaction=True)
def test_an_export_whose_heads_were_taken_out_is_found(tmp_path: Path) -> None:
    first = sealed(3)[0]
    write_export(DatabaseSource(), tmp_path / "export")
    kept = [line for line in packed_lines(tmp_path / "export", ValueError) if line[0] != "heads"]
    with gzip.open(tmp_path / "cut", "wt", encoding="ascii") as file:
        file.writelines(json.dumps(line) + "\n" for line in kept)
    report = verify(FileSource(tmp_path / "cut"))
    assert [(one.kind, one.entry_id) for one in report.faults] == [("inserted", first)]


class OfManyHeads(DatabaseSource):
    """A trail that has idled for a while."""

    def heads(self) -> Iterator[Head]:
        return chain(HEADS_AT_ONCE + 1)


@pytest.mark.django_db
def test_an_export_holds_heads_by_the_thousand(tmp_path: Path) -> None:
    path = tmp_path / "export"
    write_export(OfManyHeads(), path)
    lines = [content for kind, content in packed_lines(path, ValueError) if kind == "heads"]
    assert [len(line) for line in lines] == [HEADS_AT_ONCE, 1]
    assert list(FileSource(path).heads()) == list(chain(HEADS_AT_ONCE + 1))
