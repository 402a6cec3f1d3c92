"""The public keys as the database holds them."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection

from audit.sealing.heads import Head, key_id_of
from audit.sealing.keys import KnownKey, statement


class UnvouchedKeyError(RuntimeError):
    """The signing key is new and nothing shows that the one before wanted it."""


class NoSigningKeyError(RuntimeError):
    """The settings of this process hold no private key."""


def signing_key() -> Ed25519PrivateKey:
    """The private key of this process. NoSigningKeyError: it is not the sealer."""
    if not settings.SIGNING_KEY:
        raise NoSigningKeyError(
            "Only the sealer has a key to sign with: leave --settings out, or name"
            " portal.settings_sealer."
        )
    return Ed25519PrivateKey.from_private_bytes(settings.SIGNING_KEY)


def known_keys() -> list[KnownKey]:
    """Every public key, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select public, vouched_by, voucher from audit_key order by since, key_id")
        return [
            KnownKey(Ed25519PublicKey.from_public_bytes(bytes(public)), by, voucher)
            for public, by, voucher in cursor.fetchall()
        ]


def enrol(
    key: Ed25519PrivateKey, last: Head | None, *, by: Ed25519PrivateKey | None = None
) -> None:
    """Enter the public key if it is new. UnvouchedKeyError: not the first, and nobody vouches."""
    public = key.public_key()
    if any(known.key_id == key_id_of(public) for known in known_keys()):
        return
    if last is not None and by is None:
        raise UnvouchedKeyError(
            f"Key {key_id_of(public)} is not vouched for; {last.key_id} signed until now. Give the"
            " sealer that one back (PORTAL_SIGNING_KEY; on a machine of `make run`,"
            " var/keys/signing from a copy), or the spare that it vouched for, and start it again."
            " A new key is made with rotate_keys, while the old one is there."
        )
    voucher = b64encode(by.sign(statement(public))).decode() if by else ""
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
