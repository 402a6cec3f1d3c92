"""Where leaves, tiles and heads are kept: reading a tree back, and letting it grow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.sealing.heads import Head
from audit.sealing.leaves import COLUMNS, Leaf, plain
from audit.sealing.merkle import HASH, TILE, TILE_HEIGHT, Tree, in_pieces, root_of

AT_ONCE = 2000

# The database writes the columns as they stand in a line: a million of them are read in one check.
_WRITTEN = {
    "at": "to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')",
    "actor": "e.actor::text",
    "principal": "e.principal::text",
    "mandate": "e.mandate::text",
    "detail_hash": "encode(e.detail_hash, 'hex')",
}
_ENTRIES = f"""
select {", ".join(_WRITTEN.get(column, f"e.{column}") for column in COLUMNS)},
       coalesce(s.subjects, '{{}}')
  from audit_entry e left join (
    select entry_id, at, array_agg(subject::text order by subject) subjects
      from audit_subject where entry_id = any(%(ids)s) and at between %(earliest)s and %(latest)s
     group by entry_id, at) s on s.entry_id = e.id and s.at = e.at
 where e.id = any(%(ids)s) and e.at between %(earliest)s and %(latest)s
 order by e.id
"""  # noqa: S608 - our own constants


@dataclass(frozen=True, slots=True)
class Span:
    """Between which moments entries were written: which months to ask for them; all by default."""

    earliest: datetime | None = None
    latest: datetime | None = None


EVER = Span()


def leaves_of(entry_ids: Sequence[int], span: Span = EVER) -> Iterator[Leaf]:
    """The entries of these ids as they stand in the database now, by id, a few at a time.

    What does not lie in its span is looked for in every month afterwards.
    """
    for start in range(0, len(entry_ids), AT_ONCE):
        asked = list(entry_ids[start : start + AT_ONCE])
        found = _read(asked, span)
        yield from found
        if span is not EVER and len(found) < len(asked):
            seen = {leaf.entry_id for leaf in found}
            yield from _read([one for one in asked if one not in seen], EVER)


def _read(entry_ids: list[int], span: Span) -> list[Leaf]:
    with connection.cursor() as cursor:
        values = {
            "ids": entry_ids,
            "earliest": span.earliest or "-infinity",
            "latest": span.latest or "infinity",
        }
        cursor.execute(_ENTRIES, values)
        return [Leaf(row[:-1], row[-1]) for row in cursor.fetchall()]


def tree_of(epoch: int, size: int) -> Tree:
    """The tree of an epoch as it was when it had `size` leaves."""
    tiles: dict[tuple[int, int], bytes] = {}

    def read(level: int, start: int, count: int) -> bytes:
        found = b""
        while count:
            place, offset = divmod(start, TILE)
            if (level, place) not in tiles:
                tiles[level, place] = tile(epoch, level, place)
            piece = tiles[level, place][offset * HASH :][: count * HASH]
            if not piece:
                raise LookupError(f"tile {epoch}/{level}/{place} lacks hash {offset}")
            found += piece
            start, count = start + len(piece) // HASH, count - len(piece) // HASH
        return found

    return Tree(size, read)


def tile(epoch: int, level: int, place: int) -> bytes:
    """The hashes of one tile; none if it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select hashes from audit_tile where epoch = %s and level = %s and place = %s",
            [epoch, level, place],
        )
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def grow(epoch: int, size: int, hashes: Iterable[bytes]) -> int:
    """Put leaf hashes behind the `size` there are; returns the new size.

    Whenever a tile is full, its root becomes one hash of the level above.
    """
    added = list(hashes)
    level, start, new = 0, size, added
    while new:
        new = _extend(epoch, level, start, new)
        level, start = level + 1, start >> TILE_HEIGHT
    return size + len(added)


def _extend(epoch: int, level: int, start: int, new: list[bytes]) -> list[bytes]:
    """Write hashes into the tiles of a level; returns the roots of the tiles this has filled."""
    full: list[bytes] = []
    place, offset = divmod(start, TILE)
    before = in_pieces(tile(epoch, level, place))[:offset] if offset else []
    rows = []
    while new:
        room = TILE - len(before)
        hashes, new = before + new[:room], new[room:]
        rows.append((epoch, level, place, b"".join(hashes)))
        if len(hashes) == TILE:
            full.append(root_of(hashes))
        place, before = place + 1, []
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into audit_tile(epoch, level, place, hashes) values (%s, %s, %s, %s)"
            " on conflict (epoch, level, place) do update set hashes = excluded.hashes",
            rows,
        )
    return full


_HEADS = "select number, epoch, size, root, at, previous, key_id, signature from audit_head where "


def last_head() -> Head | None:
    """The newest head there is."""
    found = heads_from("true order by number desc limit 1")
    return found[0] if found else None


def head_covering(epoch: int, size: int) -> Head | None:
    """The first head of an epoch that was signed over at least `size` leaves."""
    found = heads_from("epoch = %s and size >= %s order by size, number limit 1", [epoch, size])
    return found[0] if found else None


def sealing_since() -> datetime | None:
    """When the first head was signed."""
    found = heads_from("true order by number limit 1")
    return found[0].moment if found else None


def heads_from(condition: str, values: Sequence[int] = ()) -> list[Head]:
    """Heads by a condition of ours, as they were signed."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS + condition, list(values))
        rows = cursor.fetchall()
    return [
        Head(
            number=number,
            epoch=epoch,
            size=size,
            root=root,
            at=plain(at),
            previous=previous,
            key_id=key_id,
            signature=signature,
        )
        for number, epoch, size, root, at, previous, key_id, signature in rows
    ]
