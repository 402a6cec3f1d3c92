"""The keys of the seal: the private one lies in a file outside the database, the public ones in it.

A new key is vouched for by the one before: the old private key signs the new public one. Whoever
trusts the first key, or any later one they have seen, can follow the row.
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.sealing.heads import key_id_of

CONTEXT = b"portal-trail-key/1\n"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One public key, who vouched for it, and the voucher (a signature in base64)."""

    key: Ed25519PublicKey
    vouched_by: str | None
    voucher: str

    @property
    def key_id(self) -> str:
        return key_id_of(self.key)

    def as_dict(self) -> dict[str, str | None]:
        return {
            "key_id": self.key_id,
            "public": self.key.public_bytes_raw().hex(),
            "vouched_by": self.vouched_by,
            "voucher": self.voucher,
        }

    @classmethod
    def read(cls, fields: dict[str, Any]) -> "KnownKey":
        """A key from JSON. ValueError, TypeError or KeyError if it is none."""
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(fields["public"]))
        vouched_by, voucher = fields["vouched_by"], fields["voucher"]
        if not isinstance(vouched_by, str | None) or not isinstance(voucher, str):
            raise TypeError("not a key of ours")
        return cls(public, vouched_by, voucher)

    def is_vouched_by(self, other: Ed25519PublicKey) -> bool:
        if self.vouched_by != key_id_of(other):
            return False
        try:
            other.verify(b64decode(self.voucher, validate=True), statement(self.key))
        except (InvalidSignature, ValueError):
            return False
        return True


def trusted(keys: list[KnownKey]) -> Iterator[KnownKey]:
    """The keys that follow from the first, in order; the row ends at the first broken voucher."""
    accepted: dict[str, Ed25519PublicKey] = {}
    for place, known in enumerate(keys):
        voucher = accepted.get(known.vouched_by or "")
        if place and (voucher is None or not known.is_vouched_by(voucher)):
            return
        accepted[known.key_id] = known.key
        yield known


def statement(public: Ed25519PublicKey) -> bytes:
    """What the key before signs to vouch for this one."""
    return CONTEXT + public.public_bytes_raw()
