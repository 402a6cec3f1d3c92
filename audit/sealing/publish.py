"""Heads outside the database: in a file that only grows, and at witnesses.

Whoever rewrites the database must also rewrite this file, and what others have copied of it.
"""

import json
import logging
import os
from base64 import b64decode
from bisect import insort
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from operator import attrgetter
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from audit.sealing.heads import Head
from audit.sealing.keyring import known_keys
from audit.sealing.letters import heads_in_mail, line_of
from audit.sealing.places import FILE, note_objection, note_silence, note_taken
from audit.sealing.proofs import consistency_proof
from audit.sealing.witness import statement

SECONDS = 3
LONGEST_WHY = 200
LOOKED_AT = 4096  # bytes at the beginning of a file
OUT_OF_ORDER = 100  # heads that wait for one that should stand before them
_place = attrgetter("place")
log = logging.getLogger("audit.sealing")


class BrokenHeadsError(ValueError):
    """The file holds something that is no head."""


def publish(head: Head) -> None:
    """Add the head as one line of JSON; it is on the disk when this returns."""
    path = settings.HEADS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(line_of(head) + "\n")
        file.flush()
        os.fsync(file.fileno())
    note_taken(FILE, head)


def published(path: Path) -> Iterator[Head]:
    """The heads that such a file, or a mail that was saved, holds now, by epoch and number.

    BrokenHeadsError: it holds none, or a line that is no head or far from its place, which is
    named. OSError: there is no such file. What is added later is not read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        beginning = file.read(LOOKED_AT).lstrip()
    if not beginning or beginning.startswith(b"{"):
        return _in_order(_lines(path, size), path.name)
    heads = heads_in_mail(path.read_bytes())
    if not heads:
        raise BrokenHeadsError(f"{path.name} holds no head")
    return iter(sorted(heads, key=_place))


def _lines(path: Path, size: int) -> Iterator[Head]:
    with path.open("rb") as file:
        number = 0
        while file.tell() < size:
            number += 1
            try:
                yield Head.read(json.loads(file.readline()))
            except (ValueError, RecursionError) as error:
                raise BrokenHeadsError(f"{path.name}, line {number}: no signed head") from error


def _in_order(heads: Iterable[Head], name: str) -> Iterator[Head]:
    """Two sealers that take turns may write their lines a little out of order."""
    waiting: list[Head] = []
    latest = (0, 0)
    for head in heads:
        if head.place < latest:
            raise BrokenHeadsError(f"{name}: head {head.number} stands far from its place")
        insort(waiting, head, key=_place)
        if len(waiting) > OUT_OF_ORDER:
            latest = waiting[0].place
            yield waiting.pop(0)
    yield from waiting


def tell_witness(address: str, head: Head) -> None:
    """Send the head to a witness, with what shows that it follows from the last it has seen.

    A witness that does not answer hears of it with a later head; one that refuses is a matter for
    people, and the log says so.
    """
    try:
        _tell(address, head)
    except HTTPError as refusal:
        with refusal:
            why = refusal.read(LONGEST_WHY).decode("utf-8", "replace")
        log.error("witness %s refuses head %d: %s", address, head.number, why)
        note_objection(address, why)
    except (OSError, ValueError, TypeError, KeyError, HTTPException, InvalidSignature) as fault:
        log.warning("witness %s does not answer: %s", address, type(fault).__name__)
        note_silence(address)
    else:
        note_taken(address, head)


def _tell(address: str, head: Head) -> None:
    """InvalidSignature, ValueError, TypeError or KeyError: what answers is no witness."""
    with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - from the settings
        told = json.load(answer)
    seen = Head.read(told["head"]) if told["head"] else None
    path = consistency_proof(seen, head) if seen and seen.epoch == head.epoch else []
    body = {
        "keys": [known.as_dict() for known in known_keys()],
        "head": head.as_dict(),
        "path": [step.hex() for step in path],
    }
    request = Request(address, json.dumps(body).encode())  # noqa: S310
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        signature = b64decode(json.load(answer)["signature"], validate=True)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["public"]))
    key.verify(signature, statement(head))
