"""What can be done to hashes, heads, keys and epochs, and what a check says of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from audit.sealing.heads import Head
from audit.sealing.store import heads_from, last_head, leaves_of
from tests.audit.verify_cases import (
    ABOUT_WHOM,
    ENTRIES,
    FIELDS,
    GONE_WITHOUT_ORDER,
    NOTHING,
    ORDER,
    WORDS,
    Case,
    run,
)
from tests.audit.verify_cases_of_columns import NOTES, OF_COLUMNS
from tests.factories.sealing import KEY, OTHER_KEY, seal_all


def put_head(head: Head) -> None:
    """Write a head into the place of the one with its number."""
    run("delete from audit_head where number = %s", [head.number])
    add_head(head)


def add_head(head: Head) -> None:
    """One more head, as the sealer writes them."""
    run(
        "insert into audit_head(number, epoch, size, root, at, previous, key_id, signature)"
        " values (%(number)s, %(epoch)s, %(size)s, %(root)s, %(at)s, %(previous)s, %(key_id)s,"
        " %(signature)s)",
        head.as_dict(),
    )


def restored() -> None:
    """As after a restore elsewhere: the next pass begins an epoch and takes over what waited."""
    run("update audit_epoch set cluster = 'another'")
    seal_all()


TILES = [
    Case(
        "hashes of entries changed",
        "update audit_tile set hashes = decode(repeat('ab', length(hashes)), 'hex')"
        " where level = 0 and place = 0",
        ("changed", "rewritten"),
        "first",
    ),
    Case(
        "an entry changed and its hash with it",
        lambda places: _change_with_hash(places),
        ("rewritten",),
        "first",
    ),
    Case(
        "a tile removed",
        "delete from audit_tile where level = 0",
        ("changed", "cut tail", "removed hashes", "removed pass"),
        "first",
    ),
    Case(
        "an inner tile changed",
        "update audit_tile set hashes = sha256('x') where level = 1",
        ("changed tile",),
        None,
        large=True,
    ),
    Case(
        "an inner tile removed",
        "delete from audit_tile where level = 1",
        ("changed tile",),
        None,
        large=True,
    ),
]


def _change_with_hash(places: dict[str, Any]) -> None:
    run("update audit_entry set verb = 'test.other' where id = %(third)s", places)
    leaf = next(leaves_of([places["third"]]))
    run(
        "update audit_tile set hashes = overlay(hashes placing %s from 65) where level = 0",
        [leaf.hash()],
    )


def all_heads() -> list[Head]:
    return heads_from("true order by number")


def _resigned(number: int, **changes: Any) -> None:
    """A head exchanged for another of the same key."""
    head = all_heads()[number - 1]
    put_head(replace(head, **changes).signed(KEY))


def _foreign_head(_places: dict[str, Any]) -> None:
    last = last_head()
    forged = replace(last, at=(last.moment + timedelta(seconds=1)).isoformat()).signed(OTHER_KEY)
    run(
        "insert into audit_key(key_id, public, vouched_by, voucher) values (%s, %s, null, '')",
        [forged.key_id, OTHER_KEY.public_key().public_bytes_raw()],
    )
    put_head(forged)


def _later(head: Head, **delta: float) -> str:
    return (head.moment + timedelta(**delta)).isoformat(timespec="microseconds")


def _left_out(_places: dict[str, Any]) -> None:
    """As if nothing had been taken in the second pass, nor in any of the minutes after it."""
    first, last = all_heads()
    run("delete from audit_pass where first_leaf > 0")
    _resigned(2, size=first.size, root=first.root, at=_later(last, minutes=11))


HEADS = [
    Case("a head removed", "delete from audit_head where number = 1", ("removed head",), None),
    Case(
        "a head changed",
        "update audit_head set root = repeat('0', 64) where number = 1",
        ("broken chain", "forged signature", "rewritten"),
        "first",
    ),
    Case(
        "the signature of a head forged",
        "update audit_head set signature = repeat('A', 86) || '==' where number = 1",
        ("broken chain", "forged signature"),
        None,
    ),
    Case(
        "a head exchanged for another of the same key",
        lambda _places: _resigned(1, at=_later(all_heads()[0], microseconds=1)),
        ("broken chain",),
        None,
    ),
    Case(
        "a head that follows no other",
        lambda _places: _resigned(2, previous="00" * 32),
        ("broken chain",),
        None,
    ),
    Case(
        "a head of another tree, signed with the real key",
        lambda _places: _resigned(1, root="ab" * 32),
        ("broken chain", "rewritten"),
        "first",
    ),
    Case(
        "a head that goes back in time",
        lambda _places: _resigned(2, at=_later(all_heads()[0], hours=-2)),
        ("back-dated", "goes back"),
        "seventh",
    ),
    Case(
        "a head that goes back in size",
        lambda _places: _resigned(2, size=3),
        ("goes back", "inserted", "rewritten"),
        "seventh",
    ),
    Case(
        "entries left out of every pass, while heads were signed for ten minutes and more",
        _left_out,
        ("unsealed",),
        "seventh",
    ),
    Case("a head signed with a key of one's own", _foreign_head, ("foreign key",), None),
    Case(
        "a key entered that nobody vouched for",
        lambda _places: run(
            "insert into audit_key(key_id, public, vouched_by, voucher) values (%s, %s, null, '')",
            ["foreign", OTHER_KEY.public_key().public_bytes_raw()],
        ),
        ("foreign key",),
        None,
    ),
    Case(
        "the public key exchanged",
        lambda _places: run(
            "update audit_key set public = %s", [OTHER_KEY.public_key().public_bytes_raw()]
        ),
        ("foreign key",),
        None,
    ),
]

HASH = 32  # bytes
ERASE = "delete from audit_head; delete from audit_tile; delete from audit_pass;"


def _computed_anew(places: dict[str, Any], key: Any) -> None:
    run("update audit_entry set verb = 'test.other' where id = %(third)s", places)
    run(f"{ERASE} delete from audit_key")
    seal_all(key)


def _cut_tail(places: dict[str, Any]) -> None:
    for table, column in (("entry", "id"), ("subject", "entry_id"), ("detail", "entry_id")):
        run(f"delete from audit_{table} where {column} >= %(seventh)s", places)
    run("delete from audit_pass where first_leaf > 0; delete from audit_head where number > 1")


def _end_sealed_anew(places: dict[str, Any]) -> None:
    run("update audit_entry set verb = 'test.other' where id = %(seventh)s", places)
    run("delete from audit_pass where first_leaf > 0; delete from audit_head where number > 1")
    run("update audit_tile set hashes = substring(hashes for %s) where level = 0", [6 * HASH])
    seal_all(KEY)


HISTORY = [
    Case(
        "the last entries cut off, and their heads with them",
        _cut_tail,
        ("cut tail",),
        None,
        after="sixth",
        outside=True,
    ),
    Case(
        "the last head removed",
        "delete from audit_head where number = 2",
        ("inserted",),
        "seventh",
    ),
    Case(
        "an entry changed and the whole seal computed anew with a key of one's own",
        lambda places: _computed_anew(places, OTHER_KEY),
        ("rewritten",),
        None,
        after=NOTHING,
        outside=True,
    ),
    Case(
        "an entry changed and the whole seal computed anew with the real key",
        lambda places: _computed_anew(places, KEY),
        ("rewritten",),
        None,
        after=NOTHING,
        outside=True,
    ),
    Case(
        "one of the last entries changed, and the seal since the head before computed anew",
        _end_sealed_anew,
        ("rewritten",),
        None,
        after="sixth",
        outside=True,
    ),
]


def _heads_renamed(_places: dict[str, Any]) -> None:
    restored()
    run("update audit_head set epoch = 2 where epoch = 1 and number = 2")


def _passes_moved(_places: dict[str, Any]) -> None:
    restored()
    run("update audit_pass set epoch = 2 where epoch = 1 and first_leaf > 0")


def _begun_twice(_places: dict[str, Any]) -> None:
    """What epoch 1 had sealed is claimed to have been taken over by epoch 2."""
    restored()
    run(
        "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries)"
        " select 2, 100, size, from_xid, upto_xid, entries from audit_pass"
        " where epoch = 1 and first_leaf = 0"
    )


EPOCHS = [
    Case(
        "after a restore, a head moved to the other epoch",
        _heads_renamed,
        ("broken chain", "cut tail", "forged signature", "goes back", "inserted"),
        "seventh",
    ),
    Case(
        "after a restore, a pass moved to the other epoch",
        _passes_moved,
        (
            "changed",
            "changed pass",
            "cut tail",
            "inserted",
            "removed hashes",
            "removed pass",
        ),
        "seventh",
    ),
    Case(
        "after a restore, a pass of the old epoch repeated in the new",
        _begun_twice,
        ("changed", "changed pass", "removed hashes", "removed pass"),
        "first",
    ),
]

GROUPS: dict[str, list[Case]] = {
    "What an entry says": FIELDS,
    "Whom it is about": ABOUT_WHOM,
    "Its words": WORDS,
    "Words erased by law": GONE_WITHOUT_ORDER,
    "Whole entries": ENTRIES,
    "Order and passes": ORDER,
    "Hashes": TILES,
    "Heads and keys": HEADS,
    "What only somebody outside can show": HISTORY,
    "After a restore": EPOCHS,
    "Each column by itself": OF_COLUMNS,
}
CASES = [case for cases in GROUPS.values() for case in cases]


def as_table() -> str:
    """The table as it stands in the guide."""
    lines: list[str] = []
    for title, cases in GROUPS.items():
        lines += [
            f"## {title}",
            "",
            "| What was done | `audit_verify` says | Names |",
            "|---|---|---|",
        ]
        for case in cases:
            names = "the entry" if case.first else "no entry"
            if case.after and case.after != NOTHING:
                names = "the entry before"
            lines.append(f"| {case.what} | {', '.join(case.finds)} | {names} |")
        lines.append("")
    lines += ["Changed alone, these say nothing a check could hold against them:", ""]
    lines += [f"* `{table}.{column}`: {why}" for (table, column), why in NOTES.items()]
    return "\n".join(lines)
