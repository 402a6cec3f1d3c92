"""Finding by a number without keeping the number: a keyed digest of its normal form."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from identity.numbers import normalise

MIN_KEY_BYTES = 32


def blind_index(kind: str, value: str) -> bytes:
    """The digest under which a number of this kind is found, however it was typed."""
    key = settings.BLIND_INDEX_KEY
    if not isinstance(key, bytes) or len(key) < MIN_KEY_BYTES:
        raise ImproperlyConfigured(f"BLIND_INDEX_KEY must be at least {MIN_KEY_BYTES} bytes.")
    return hmac.new(key, f"{kind}\x00{normalise(value)}".encode(), sha256).digest()
