"""The register of erasures: one file outside the database, each line the proof of one entry that
says that something was erased, or that one of two supervisors ordered it.

A backup of before an erasure holds the words, and so does an archive. Whoever brings one of them
back learns from this file what has to be erased again. The first line holds the keys; every other
is a proof as `/trust/trail/` checks it: nobody can add an erasure that the sealed trail never had.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.db import connection

from audit.keeping.erasing import ERASED, Erasure
from audit.keeping.ordered import OF_ORDERS, ORDER
from audit.sealing.keyring import known_keys
from audit.sealing.keys import KnownKey, trusted
from audit.sealing.leaves import Leaf
from audit.sealing.proofs import Proof, proof_of


class BrokenRegisterError(ValueError):
    """The file holds something that is no proof of an erasure."""


def write_register(path: Path) -> int:
    """Add the proofs of all erasures that are not in the file yet; returns how many still wait for
    the seal. The file is always whole: it is written anew beside the old one, which it replaces."""
    lines = _lines(path)[1:] if path.exists() else []
    written = {(leaf.entry_id, leaf.at) for leaf in (_proof(path, line).leaf for line in lines)}
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.id, e.at, true from audit_erasure_rule r"
            " join audit_entry e on e.id = r.entry_id where e.verb = %s union"
            " select e.id, e.at, false from audit_erasure_rule r join audit_entry e"
            " on e.object_kind = %s and e.object_id = r.number where e.verb = any(%s) order by 1",
            [ERASED, ORDER, list(OF_ORDERS)],
        )
        missing = {
            entry_id: is_erasure
            for entry_id, at, is_erasure in cursor.fetchall()
            if (entry_id, at) not in written
        }
    found = {entry_id: proof for entry_id in missing if (proof := proof_of(entry_id))}
    if found:
        _replace(path, [*lines, *(proof.as_dict() for proof in found.values())])
    return sum(missing[entry_id] for entry_id in missing.keys() - found.keys())


def lacking_for_archive(path: Path) -> list[str]:
    """The orders that are not in the file because their entries are in archives: nobody can prove
    them before their months are back. None as long as the file was kept."""
    written = (
        {_proof(path, line).leaf.entry_id for line in _lines(path)[1:]} if path.exists() else ()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.number from audit_erasure_rule r where r.entry_id <> all(%s)"
            " and not exists (select from audit_entry e where e.id = r.entry_id)"
            " and exists (select from audit_archive where restored_by is null)"
            " order by r.entry_id",
            [list(written)],
        )
        return [row[0] for row in cursor.fetchall()]


def read_register(path: Path, first_key: KnownKey) -> list[Erasure]:
    """The erasures of such a file, each once, in their order.

    BrokenRegisterError if a line is no proof of an erasure, under a head signed by the first key or
    one that follows from it.
    """
    found: dict[str, Erasure] = {}
    for leaf in proven_in(path, first_key):
        if leaf.verb in OF_ORDERS:
            continue
        try:
            erasure = Erasure.of(leaf)
        except ValueError as error:
            raise BrokenRegisterError(f"{path.name}: a line is {error}.") from error
        found.setdefault(erasure.number, erasure)
    return list(found.values())


def proven_in(path: Path, first_key: KnownKey) -> list[Leaf]:
    """The entries of such a file, of erasures and of their orders.

    BrokenRegisterError if a line is not under a head signed by the first key or one that follows.
    """
    head, *lines = _lines(path) or [{}]
    accepted = _keys(path, head, first_key)
    found = []
    for line in lines:
        proof = _proof(path, line)
        key = accepted.get(proof.head.key_id)
        if key is None or not proof.holds(key.key):
            raise BrokenRegisterError(f"{path.name}: a line is not under our seal.")
        found.append(proof.leaf)
    return found


def take_over(register: Path, path: Path) -> None:
    """Put what another register proves into ours: in a database restored from an older backup the
    orders of what is erased again are in no entry."""
    ours = _lines(path)[1:] if path.exists() else []
    theirs = [line for line in _lines(register)[1:] if line not in ours]
    if theirs:
        _replace(path, [*ours, *theirs])


def _keys(path: Path, head: Any, first_key: KnownKey) -> dict[str, KnownKey]:
    try:
        keys = [KnownKey.read(one) for one in head["keys"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRegisterError(f"{path.name} is no register of erasures.") from error
    if not keys or keys[0].key_id != first_key.key_id:
        raise BrokenRegisterError(f"{path.name} is the register of another trail.")
    return {known.key_id: known for known in trusted(keys)}


def _lines(path: Path) -> list[Any]:
    with path.open(encoding="ascii", errors="replace") as lines:
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError) as error:
            raise BrokenRegisterError(f"{path.name} is no register of erasures.") from error


def _proof(path: Path, line: Any) -> Proof:
    try:
        return Proof.read(line)
    except ValueError as error:
        raise BrokenRegisterError(f"{path.name}: a line is no proof of ours.") from error


def _replace(path: Path, proofs: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    lines = [{"keys": [known.as_dict() for known in known_keys()]}, *proofs]
    with unfinished.open("w", encoding="ascii") as file:
        unfinished.chmod(0o600)
        file.writelines(json.dumps(one, separators=(",", ":")) + "\n" for one in lines)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
