"""The number a mark carries: 40 bits of the entry's id and 24 bits by which we know it as ours.

The check is keyed with the portal's secret. Damage is noticed, and so is a mark that somebody drew
to put a colleague's view on a picture: without the key one drawing in 56,000 would pass.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from django.conf import settings
from django.utils.crypto import salted_hmac

from audit.marks.size import BITS, CHECK_BITS, ID_BITS

SALT = "audit.marks"
WHOLE_BYTE = 8
WEAKEST, MOST_WRONG = 12, 3


def bits_of(view_id: int) -> list[int]:
    """The bits a mark shows for an entry, highest first. ValueError beyond 2⁴⁰ entries."""
    if not 0 < view_id < 1 << ID_BITS:
        raise ValueError(f"no mark can carry the number {view_id}")
    whole = view_id << CHECK_BITS | _check(view_id, settings.SECRET_KEY)
    return [whole >> place & 1 for place in reversed(range(BITS))]


def view_id_in(votes: Sequence[float], *, most_wrong: int = MOST_WRONG) -> int | None:
    """The entry a mark names, by the votes for each of its bits: above nought for a one.

    Where the check does not fit, the twelve weakest bits are taken for wrong, at most three of them
    (`most_wrong`) at a time: 299 numbers. That one of them fits by chance happens once in 56,000
    marks that were found and cannot be read. Better none than a wrong one.
    """
    if len(votes) != BITS:
        return None
    read = sum(1 << BITS - 1 - place for place, vote in enumerate(votes) if vote > 0)
    weakest = sorted(range(BITS), key=lambda place: abs(votes[place]))[:WEAKEST]
    for count in range(most_wrong + 1):
        for wrong in combinations(weakest, count):
            turned = sum(1 << BITS - 1 - place for place in wrong)
            view_id, check = divmod(read ^ turned, 1 << CHECK_BITS)
            if view_id and any(check == _check(view_id, key) for key in _keys()):
                return view_id
    return None


def _keys() -> Iterator[str]:
    """Today's key, and those before it: a picture may be older than the last change of keys."""
    yield settings.SECRET_KEY
    yield from (str(key) for key in settings.SECRET_KEY_FALLBACKS)


def _check(view_id: int, key: str) -> int:
    digest = salted_hmac(SALT, str(view_id), secret=key, algorithm="sha256").digest()
    return int.from_bytes(digest[: CHECK_BITS // WHOLE_BYTE], "big")
