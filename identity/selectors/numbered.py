"""Who has the identity numbers that stand somewhere, found by digest: no number is kept."""

from collections.abc import Collection, Iterable
from itertools import islice
from uuid import UUID

from identity.models import PersonNumber
from identity.numbers import numbers_in
from identity.sealed.index import blind_index

NUMBER_KIND = "citizen"
MOST = 200


def digest_of_number(number: str) -> bytes:
    """The keyed digest of one identity number (GB 11643), however it was typed."""
    return blind_index(NUMBER_KIND, number)


def digests_in(texts: Iterable[str]) -> list[bytes]:
    """The digests of the identity numbers in these texts, each once, the first two hundred."""
    found = (number for text in texts for number in numbers_in(text))
    return [digest_of_number(one) for one in islice(dict.fromkeys(found), MOST)]


def digests_of(persons: Collection[UUID]) -> list[bytes]:
    """The digests under which these persons are known."""
    rows = PersonNumber.objects.filter(person__in=persons)
    return [bytes(digest) for digest in rows.values_list("digest", flat=True)]


def people_behind(digests: Collection[bytes]) -> dict[bytes, UUID]:
    """Whose these digests are. Numbers nobody here has are not in the answer."""
    if not digests:
        return {}
    rows = PersonNumber.objects.filter(digest__in=list(digests))
    return {bytes(digest): person for digest, person in rows.values_list("digest", "person_id")}
