"""What stands in an address: sentences and codes people and programs put there."""

import re

from audit.kernel.plain import UNSEEN

LONGEST_SENTENCE = 200
NOT_SEEN = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{UNSEEN}]")
PLAIN = re.compile(r"[0-9A-Za-z-]{1,60}", re.ASCII)


def sentence_of(raw: str) -> str:
    """What somebody typed, without what cannot be seen, and not endlessly long."""
    return NOT_SEEN.sub(" ", raw)[:LONGEST_SENTENCE].strip()


def plain_of(raw: str) -> str:
    """A code or slug; empty when it cannot be one, so that garbage never reaches the database."""
    return raw if PLAIN.fullmatch(raw) else ""
