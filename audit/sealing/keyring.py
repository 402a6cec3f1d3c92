"""The keys of the seal: the private one lies in a file outside the database, the public ones in it.

A new key is vouched for by the one before: the old private key signs the new public one. Whoever
trusts the first key, or any later one they have seen, can follow the row.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection

from audit.sealing.heads import Head, key_id_of

CONTEXT = b"portal-trail-key/1\n"


class UnvouchedKeyError(RuntimeError):
    """The signing key is new and nothing shows that the one before wanted it."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One public key, who vouched for it, and the voucher (a signature in base64)."""

    key: Ed25519PublicKey
    vouched_by: str | None
    voucher: str

    @property
    def key_id(self) -> str:
        return key_id_of(self.key)

    def is_vouched_by(self, other: Ed25519PublicKey) -> bool:
        if self.vouched_by != key_id_of(other):
            return False
        try:
            other.verify(b64decode(self.voucher, validate=True), _statement(self.key))
        except (InvalidSignature, ValueError):
            return False
        return True


def known_keys() -> list[KnownKey]:
    """Every public key, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select public, vouched_by, voucher from audit_key order by since, key_id")
        return [
            KnownKey(Ed25519PublicKey.from_public_bytes(bytes(public)), by, voucher)
            for public, by, voucher in cursor.fetchall()
        ]


def trusted(keys: list[KnownKey]) -> Iterator[KnownKey]:
    """The keys that follow from the first, in order; the row ends at the first broken voucher."""
    accepted: dict[str, Ed25519PublicKey] = {}
    for place, known in enumerate(keys):
        voucher = accepted.get(known.vouched_by or "")
        if place and (voucher is None or not known.is_vouched_by(voucher)):
            return
        accepted[known.key_id] = known.key
        yield known


def enrol(
    key: Ed25519PrivateKey, last: Head | None, *, by: Ed25519PrivateKey | None = None
) -> None:
    """Enter the public key if it is new. UnvouchedKeyError: not the first, and nobody vouches."""
    public = key.public_key()
    if any(known.key_id == key_id_of(public) for known in known_keys()):
        return
    if last is not None and by is None:
        raise UnvouchedKeyError(
            f"key {key_id_of(public)} is not vouched for: rotate with `rotate_keys`"
        )
    voucher = b64encode(by.sign(_statement(public))).decode() if by else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_key(key_id, public, vouched_by, voucher) values (%s, %s, %s, %s)",
            [
                key_id_of(public),
                public.public_bytes_raw(),
                key_id_of(by.public_key()) if by else None,
                voucher,
            ],
        )


def _statement(public: Ed25519PublicKey) -> bytes:
    return CONTEXT + public.public_bytes_raw()
