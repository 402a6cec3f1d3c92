"""Proofs for outsiders: that an entry is in the trail, and that the trail only ever grew.

A proof is a small JSON document. Whoever holds it needs one of our heads, from us or from a
witness, and no access to anything.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from audit.sealing.heads import Head
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import is_included
from audit.sealing.store import Span, head_covering, leaves_of, tree_of

KIND = "portal-trail-proof/1"


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry, the way from it to a root, and the signed head with that root."""

    leaf: Leaf
    index: int
    path: list[bytes]
    head: Head

    def holds(self, key: Ed25519PublicKey) -> bool:
        """Whether the head is signed by this key and the entry is under it."""
        return self.head.is_signed_by(key) and self.is_under_head()

    def is_under_head(self) -> bool:
        """Whether the way leads from the entry to the root of the head, whoever signed that."""
        return is_included(
            self.leaf.hash(),
            self.index,
            self.head.size,
            self.path,
            bytes.fromhex(self.head.root),
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": KIND,
            "entry": self.leaf.line(),
            "index": self.index,
            "path": [step.hex() for step in self.path],
            "head": self.head.as_dict(),
        }

    @classmethod
    def read(cls, fields: object) -> "Proof":
        """A proof from JSON. ValueError if it is none."""
        if not isinstance(fields, dict) or fields.get("kind") != KIND:
            raise ValueError("not a proof of ours")
        path, index = fields.get("path"), fields.get("index")
        if not isinstance(path, list) or type(index) is not int:
            raise ValueError("not a proof of ours")
        try:
            steps = [bytes.fromhex(step) for step in path]
            head = Head.read(fields.get("head"))
            bytes.fromhex(head.root)
        except TypeError as error:
            raise ValueError("not a proof of ours") from error
        return cls(Leaf.of(fields.get("entry")), index, steps, head)


def proof_of(entry_id: int) -> Proof | None:
    """The proof of an entry; None while it waits for the next pass (seconds), and while its month
    is in an archive."""
    with connection.cursor() as cursor:
        cursor.execute("select at from audit_entry where id = %s", [entry_id])
        row = cursor.fetchone()
    found = _place_of(entry_id, row[0]) if row else None
    if found is None:
        return None
    epoch, index = found
    head = head_covering(epoch, index + 1)
    leaf = next(leaves_of([entry_id], Span(row[0], row[0])), None)
    if head is None or leaf is None:
        return None
    return Proof(leaf, index, tree_of(epoch, head.size).inclusion_proof(index), head)


def consistency_proof(old: Head, new: Head) -> list[bytes]:
    """What shows that the tree of the newer head only adds to the older one's, of one epoch."""
    if old.epoch != new.epoch:
        raise ValueError("a consistency proof stays within one epoch")
    return consistency_path(new.epoch, old.size, new.size)


def consistency_path(epoch: int, before: int, size: int) -> list[bytes]:
    """The same for two sizes of one epoch's tree, signed or not."""
    return tree_of(epoch, size).consistency_proof(before)


# By moment and number, not by transaction: of an entry that was in an archive nobody knows it any
# more. The first pass that ends late enough is the one, unless a transaction was open for long.
# `offset 0` keeps the condition out of it: PostgreSQL takes it for a rare one and would read all.
_PLACE = """
select p.epoch, p.first_leaf + array_position(p.entries, %(id)s::bigint) - 1
  from (select * from audit_pass where latest >= %(at)s order by latest offset 0) p
 where p.earliest <= %(at)s and %(id)s = any(p.entries) limit 1
"""


def _place_of(entry_id: int, at: datetime) -> tuple[int, int] | None:
    """Epoch and leaf of the entry of that number and moment; None if no pass took it yet."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"id": entry_id, "at": at})
        found: tuple[int, int] | None = cursor.fetchone()
    return found
