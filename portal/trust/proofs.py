"""A saved proof, checked step by step, and said in words for whoever holds it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from applications.models import Application
from audit.sealing.heads import Head
from audit.sealing.keyring import known_keys
from audit.sealing.keys import trusted
from audit.sealing.leaves import COLUMNS
from audit.sealing.proofs import Proof
from audit.sealing.store import heads_from
from portal.desk.trail_words import verb_in_words

MOST_CHARACTERS = 20_000
_IN_A_RECEIPT = re.compile(r'<script id="proof" type="application/json">([^<]*)</script>')
HIGHEST = 2**62
CASE = "applications.application"


class Verdict(Enum):
    """What came out, as the template tells it."""

    HOLDS = "holds"
    FILE_CHANGED = "file_changed"  # the file does not agree with the seal it names
    NOT_OUR_SEAL = "not_our_seal"  # no key of ours signed the seal
    SEAL_NOT_KEPT = "seal_not_kept"  # our key signed it, and our list does not have it


@dataclass(frozen=True, slots=True)
class Checked:
    """A proof after its check. `checks` are for `components/checks.html`; what the entry says is
    given only if the proof holds, since a forged file may say anything."""

    verdict: Verdict
    checks: list[dict[str, str]]
    number: int
    sealed_at: datetime | None = None
    moment: datetime | None = None
    what: str = ""
    reference: str = ""


def read_proof(given: str) -> Proof | None:
    """The proof in a saved receipt, or one by itself; None if it is none of ours."""
    if len(given) > MOST_CHARACTERS:
        return None
    in_a_receipt = _IN_A_RECEIPT.search(given)
    text = in_a_receipt[1] if in_a_receipt else given.removeprefix("\ufeff")
    try:
        proof = Proof.read(json.loads(text))
        proof.leaf.at.astimezone()
        proof.head.moment.astimezone()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return proof


def check_proof(proof: Proof) -> Checked:
    """Whether our key signed its seal, our list has that seal, and the entry lies under it."""
    key = {known.key_id: known.key for known in trusted(known_keys())}.get(proof.head.key_id)
    is_signed = key is not None and proof.head.is_signed_by(key)
    is_kept = _own(proof.head) == proof.head
    is_under = proof.is_under_head()
    checks = [
        _check(_("The seal was signed with a key of this portal."))
        if is_signed
        else _check(_("The seal was not signed with a key of this portal."), "bad"),
        _check(_("The same seal stands in our public list."))
        if is_kept
        else _check(_("This seal does not stand in our public list."), "bad"),
        _check(_("The entry in the file lies under this seal, unchanged."))
        if is_under
        else _check(_("The entry in the file is not the one under this seal."), "bad"),
    ]
    verdict = Verdict.HOLDS if is_kept else Verdict.SEAL_NOT_KEPT
    if key is None:
        verdict = Verdict.NOT_OUR_SEAL
    elif not (is_signed and is_under):
        verdict = Verdict.FILE_CHANGED
    if verdict is not Verdict.HOLDS:
        return Checked(verdict, checks, proof.head.number)
    said = dict(zip(COLUMNS, proof.leaf.values, strict=True))
    return Checked(
        verdict,
        checks,
        proof.head.number,
        sealed_at=proof.head.moment,
        moment=proof.leaf.at,
        what=verb_in_words(said["verb"]),
        reference=_reference(said),
    )


def _check(text: str, kind: str = "") -> dict[str, str]:
    return {"text": text, "kind": kind}


def _own(head: Head) -> Head | None:
    """Our head of the same number."""
    found = heads_from("number = %s", [head.number]) if 0 < head.number < HIGHEST else []
    return found[0] if found else None


def _reference(said: Mapping[str, Any]) -> str:
    """The number of the case the entry points at: the entry itself names it by its id only."""
    if said["object_kind"] != CASE:
        return ""
    found = Application.objects.filter(pk=UUID(said["object_id"]))
    return found.values_list("reference", flat=True).first() or ""
