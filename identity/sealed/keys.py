"""The key ring: which keys exist, and the one that seals new values."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def current_key_id() -> str:
    """The key that new values are sealed with; older ones stay on the ring to open old values."""
    return str(settings.SEALED_KEY_CURRENT)


def cipher(key_id: str) -> AESGCM:
    """The cipher of one key, or a clear complaint naming the setting."""
    key = settings.SEALED_KEYS.get(key_id)
    if not isinstance(key, bytes) or len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"SEALED_KEYS has no key {key_id!r} of {KEY_BYTES} bytes; add it to open these values."
        )
    return AESGCM(key)
