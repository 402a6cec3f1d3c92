"""Sentences one after the other, as the reader's language sets them."""

from django.utils import translation


def gap() -> str:
    """What stands between two sentences: a blank; after a Chinese mark, which is wide, nothing."""
    return "" if (translation.get_language() or "").startswith("zh") else " "


def in_a_row(*sentences: object) -> str:
    """The sentences as one text; what is empty leaves no gap."""
    return gap().join(said for said in map(str, sentences) if said)
