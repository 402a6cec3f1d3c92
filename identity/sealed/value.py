"""`Sealed`: a sensitive value that every careless use turns into its mask."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag

from identity.sealed.keys import cipher, current_key_id
from identity.sealed.masks import MASKS

FORMAT = "s1"
NONCE_BYTES = 12


class BrokenSeal(ValueError):  # noqa: N818 - a state of the value
    """The value was changed, moved to another place, or sealed with another key."""


class Sealed:
    """An encrypted value, the mask that may be shown, and the place it was sealed for.

    It never holds the plain value. `str()`, `repr()`, templates, JSON and pickles see the mask.
    """

    __slots__ = ("context", "mask", "token")

    def __init__(self, token: str, context: str | None = None) -> None:
        self.token = token
        self.mask = _mask_of(token)
        self.context = context

    @classmethod
    def close(cls, value: str, *, context: str, mask: str = "text") -> "Sealed":
        """Encrypt `value` for one place; `mask` names how it may be shown (see `masks.py`)."""
        key_id = current_key_id()
        shown = MASKS[mask](value)
        nonce = os.urandom(NONCE_BYTES)
        body = cipher(key_id).encrypt(nonce, value.encode(), _bound(context, key_id, shown))
        token = ".".join([FORMAT, key_id, _encode(shown.encode()), _encode(nonce + body)])
        return cls(token, context)

    def at(self, context: str) -> "Sealed":
        """The same value, to be opened as one that lies at `context`."""
        return Sealed(self.token, context)

    def open_unrecorded(self) -> str:
        """Decrypt without a trace of its own: only for code that has just recorded the subject
        (`reveal()`, `open_text()`, asking a register) and for key rotation."""
        if self.context is None:
            raise BrokenSeal("this sealed value was read without its row, so it cannot be opened")
        _, key_id, _, body = _parts(self.token)
        raw = urlsafe_b64decode(body)
        try:
            plain = cipher(key_id).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(self.context, key_id, self.mask)
            )
        except InvalidTag:
            raise BrokenSeal(f"the seal at {self.context} is broken") from None
        return plain.decode()

    def __str__(self) -> str:
        return self.mask

    def __repr__(self) -> str:
        return f"<Sealed {self.mask}>"

    def __format__(self, spec: str) -> str:
        return format(self.mask, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle of it is the mask: caches and queues keep no sensitive value, even encrypted."""
        return (str, (self.mask,))

    def __iter__(self) -> NoReturn:
        raise TypeError("a sealed value has no parts")


def _bound(context: str, key_id: str, mask: str) -> bytes:
    return "\x00".join([FORMAT, context, key_id, mask]).encode()


def _parts(token: str) -> list[str]:
    parts = token.split(".")
    if len(parts) != 4 or parts[0] != FORMAT:  # noqa: PLR2004 - the four parts of a token
        raise BrokenSeal("this is not a sealed value")
    return parts


def _mask_of(token: str) -> str:
    return urlsafe_b64decode(_parts(token)[2]).decode()


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()
