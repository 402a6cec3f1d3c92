"""Each column of the tables under seal changed by itself, and what a check says of it.

`test_verify_table.py` asks the database which columns there are: one that stands neither here nor
among the fields of an entry goes red there.
"""

from collections.abc import Callable
from typing import Any

from audit.sealing.keyring import enrol
from audit.sealing.store import last_head
from tests.audit.verify_cases import Case, run
from tests.factories.sealing import KEY, OTHER_KEY

Column = tuple[str, str]

# What keeps one column from being changed without another, the owner takes away first.
UNBOUND = """
do $x$ declare one record; begin
  for one in select conrelid::regclass as bound, conname from pg_constraint
    where contype in ('f', 'c') and conrelid in ('audit_pass'::regclass, 'audit_head'::regclass,
      'audit_tile'::regclass, 'audit_key'::regclass) loop
    execute format('alter table %s drop constraint %I', one.bound, one.conname);
  end loop;
end $x$
"""
LATER = "+ interval '1 second'"
THIRD, LAST = "entry_id = %(third)s", "first_leaf > 0"
ONE = f"{THIRD} and subject::text = (select min(subject::text) from audit_subject where {THIRD})"
HASHES, HEAD = "level = 0", "number = 1"
FIRST_KEY, NEXT_KEY = "vouched_by is null", "vouched_by is not null"
EPOCH = "number = 1"
GONE = ("changed", "cut tail", "removed hashes", "removed pass")
FORGED = ("broken chain", "forged signature")

# Table and column, its new value, in which rows, what is found, and which entry is named first.
CHANGED: list[tuple[str, str, str, str, tuple[str, ...], str | None]] = [
    ("entry", "xid", "'999999999999'", "id = %(third)s", ("another transaction",), "third"),
    ("subject", "entry_id", "%(second)s", ONE, ("changed", "changed words", "inserted"), "second"),
    ("subject", "at", f"at {LATER}", ONE, ("changed", "changed words", "inserted"), "third"),
    ("subject", "subject", "gen_random_uuid()", ONE, ("changed", "changed words"), "third"),
    ("detail", "entry_id", "%(second)s", THIRD, ("changed words", "removed words"), "second"),
    ("detail", "at", f"at {LATER}", THIRD, ("changed words", "removed words"), "third"),
    ("detail", "salt", "gen_random_uuid()", THIRD, ("changed words",), "third"),
    ("detail", "body", "'{}'", THIRD, ("changed words",), "third"),
    ("detail", "subjects", "'{}'", THIRD, ("changed words",), "third"),
    ("pass", "epoch", "2", LAST, ("changed pass", *GONE), "seventh"),
    ("pass", "first_leaf", "first_leaf + 1", LAST, ("inserted", *GONE), "seventh"),
    ("pass", "size", "size + 1", LAST, ("inserted",), "seventh"),
    ("pass", "from_xid", "'1'", LAST, ("changed pass",), None),
    ("pass", "upto_xid", "'1'", LAST, ("another transaction", "changed pass"), "seventh"),
    ("pass", "entries", "entries[2:]", LAST, ("changed", "cut tail", "inserted"), "seventh"),
    ("pass", "earliest", f"earliest {LATER}", LAST, ("changed pass",), None),
    ("pass", "latest", f"latest {LATER}", LAST, ("changed pass",), None),
    ("tile", "epoch", "2", HASHES, GONE, "first"),
    ("tile", "level", "1", HASHES, ("changed tile", *GONE), "first"),
    ("tile", "place", "1", HASHES, GONE, "first"),
    ("tile", "hashes", "sha256('x')", HASHES, ("inserted", *GONE), "first"),
    (
        "head",
        "number",
        "9",
        HEAD,
        ("forged signature", "goes back", "inserted", "removed head", "rewritten"),
        None,
    ),
    ("head", "epoch", "2", HEAD, (*FORGED, "cut tail", "goes back", "inserted"), "first"),
    ("head", "size", "size - 1", HEAD, (*FORGED, "rewritten"), "first"),
    ("head", "root", "repeat('0', 64)", HEAD, (*FORGED, "rewritten"), "first"),
    ("head", "at", f"at - {LATER[2:]}", HEAD, FORGED, None),
    ("head", "previous", "repeat('1', 64)", HEAD, FORGED, None),
    ("head", "key_id", "'another'", HEAD, ("broken chain", "foreign key"), None),
    ("head", "signature", "repeat('A', 86) || '=='", HEAD, FORGED, None),
    ("key", "public", "sha256('x')", FIRST_KEY, ("foreign key",), None),
    ("key", "since", "since + interval '1 day'", FIRST_KEY, ("foreign key",), None),
    ("key", "vouched_by", "'another'", NEXT_KEY, ("foreign key",), None),
    ("key", "voucher", "'x'", NEXT_KEY, ("foreign key",), None),
    ("epoch", "number", "2", EPOCH, ("changed pass",), None),
    ("epoch", "from_xid", "'1'", EPOCH, ("changed pass",), None),
    ("epoch", "left_over", "'{1}'", EPOCH, ("changed pass",), None),
]

NOTES: dict[Column, str] = {
    ("audit_pass", "sealed_at"): "when the pass was written. The sentinel says by it how far it is"
    " behind; when an entry was sealed say the heads.",
    ("audit_key", "key_id"): "follows from the key, and a check works it out.",
    ("audit_epoch", "began_at"): "when the epoch began. Heads and entries say their own moments.",
    ("audit_epoch", "cluster"): "which database it was. The sealer takes another one for a restore"
    " and begins an epoch, which takes over what is not sealed.",
    ("audit_epoch", "settled_xid"): "with the next. What a pass took stays checked; what the sealer"
    " leaves out because of it is “unsealed” after ten minutes, or “inserted”.",
    ("audit_epoch", "upto_entry"): "the same.",
    ("audit_epoch", "put_right"): "a check believes the entry that says so, and only that.",
}


def _changing(statement: str) -> Callable[[dict[str, Any]], None]:
    def act(places: dict[str, Any]) -> None:
        run(UNBOUND)
        enrol(OTHER_KEY, last_head(), by=KEY)
        run(statement, places)

    return act


OF_COLUMNS = [
    Case(
        f"`audit_{table}.{column}`",
        _changing(f"update audit_{table} set {column} = {value} where {where}"),
        tuple(sorted(finds)),
        first,
    )
    for table, column, value, where, finds, first in CHANGED
]
WITH_CASE: set[Column] = {(f"audit_{table}", column) for table, column, *_rest in CHANGED}
