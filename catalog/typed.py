"""What stands in an address: sentences and codes people and programs put there."""

import re

LONGEST_SENTENCE = 200
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
PLAIN = re.compile(r"[0-9A-Za-z-]{1,60}", re.ASCII)


def sentence_of(raw: str) -> str:
    """What somebody typed, without what cannot be seen, and not endlessly long."""
    return UNSEEN.sub(" ", raw)[:LONGEST_SENTENCE].strip()


def plain_of(raw: str) -> str:
    """A code or slug; empty when it cannot be one, so that garbage never reaches the database."""
    return raw if PLAIN.fullmatch(raw) else ""
