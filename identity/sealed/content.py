"""Sealing what a file holds, for the place the file lies at.

A scan of an identity card says more than its number does, so it lies as closed as the number: with
AES-256-GCM, by the key ring of sealed values. A sealed file begins with a line that names its key,
and opens under the name it was sealed for and no other.
"""

import os

from cryptography.exceptions import InvalidTag

from identity.sealed.keys import cipher, current_key_id
from identity.sealed.value import NONCE_BYTES, BrokenSeal

FORMAT = "sealed-file-1"


def seal_content(data: bytes, context: str) -> bytes:
    """What to write to the disk instead of `data`; `context` is where it will lie."""
    key_id = current_key_id()
    nonce = os.urandom(NONCE_BYTES)
    head = f"{FORMAT} {key_id}\n".encode()
    return head + nonce + cipher(key_id).encrypt(nonce, data, head + context.encode())


def open_content(kept: bytes, context: str) -> bytes:
    """The bytes again. Call it only after `record()` for its subject in the same transaction.

    Raises BrokenSeal for what was changed, moved, or never sealed.
    """
    head, end, rest = kept.partition(b"\n")
    name, _, key_id = head.partition(b" ")
    if name != FORMAT.encode() or not key_id.isascii():
        raise BrokenSeal(f"what lies at {context} is not sealed")
    nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        return cipher(key_id.decode()).decrypt(nonce, body, head + end + context.encode())
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise BrokenSeal(f"the seal at {context} is broken") from None
