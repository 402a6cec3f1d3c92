"""Signed heads: how long the trail is and what it says, one chained to the next.

Whoever keeps one head can tell whether entries it covered were changed, moved or cut off later.
Pure: no database. Ed25519 as in RFC 8032.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CONTEXT = b"portal-trail-head/1\n"
NO_HEAD = bytes(32).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One head. Hashes are hexadecimal, the time is ISO 8601 in UTC.

    `epoch` counts the lives of the database: after a restore from a backup a new tree begins.
    `previous` is the hash of the head before, over all epochs.
    """

    number: int
    epoch: int
    size: int
    root: str
    at: str
    previous: str
    key_id: str
    signature: str = ""

    def signed_part(self) -> bytes:
        fields = asdict(self)
        del fields["signature"]
        return CONTEXT + json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()

    def hash(self) -> str:
        """What the next head is chained to. The signature is part of it."""
        return sha256(self.signed_part() + b"\n" + self.signature.encode()).hexdigest()

    def signed(self, key: Ed25519PrivateKey) -> "Head":
        """The same head with the signature of this key."""
        named = replace(self, key_id=key_id_of(key.public_key()))
        return replace(named, signature=b64encode(key.sign(named.signed_part())).decode())

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        if self.key_id != key_id_of(key):
            return False
        try:
            key.verify(b64decode(self.signature, validate=True), self.signed_part())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among all heads: its epoch, then its number."""
        return self.epoch, self.number

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, fields: object) -> "Head":
        """A head from JSON. ValueError if a field is missing, extra or of another kind."""
        kinds = {"number": int, "epoch": int, "size": int}
        names = set(cls.__slots__)
        if not isinstance(fields, dict) or set(fields) != names:
            raise ValueError("not a signed head")
        for name in names:
            if type(fields[name]) is not kinds.get(name, str):
                raise ValueError(f"not a signed head: {name}")
        bytes.fromhex(fields["root"])
        aware(fields["at"])
        return cls(**fields)


def aware(written: object) -> datetime:
    """A moment with its time zone. ValueError if it is none: without one it is before nothing."""
    moment = datetime.fromisoformat(str(written))
    if moment.tzinfo is None:
        raise ValueError(f"{written!r} has no time zone")
    return moment


def key_id_of(key: Ed25519PublicKey) -> str:
    """A short name of a public key: the beginning of its hash."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]
